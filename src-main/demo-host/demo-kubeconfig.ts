/** The contexts of the demo fabrics, kept apart from those of real ones. */
import type { Kubeconfig } from '../kube/contract.ts';
import { mergeFiles } from '../kube/kubeconfig-contexts.ts';
import { parseKubeconfig } from '../kube/kubeconfig-parse.ts';
import { renameContext } from '../kube/rename-context.ts';

/** Where the contexts of the demo say they come from. */
const SOURCE = 'the built-in demo';

/** Reads what the demo server wrote. Contexts that end in `-admin` are for other clients, not for the app. */
export function readDemoKubeconfig(text: string): Kubeconfig {
  const { contexts, current, problems } = mergeFiles([parseKubeconfig(SOURCE, text)]);
  return {
    sources: [],
    current,
    problems,
    contexts: contexts
      .filter(({ id }) => !id.endsWith('-admin'))
      .map((context) => ({ ...context, demo: true as const })),
  };
}

/**
 * Puts the demo fabrics behind the real ones. A real context of the same name keeps it, and the demo's gets a name of
 * its own.
 */
export function addDemo(real: Kubeconfig, demo: Kubeconfig | undefined): Kubeconfig {
  if (demo === undefined) return real;
  const taken = new Set(real.contexts.map(({ id }) => id));
  const renamed = (id: string) => (taken.has(id) ? `${id} (demo)` : id);
  return {
    ...real,
    current: real.current ?? demo.current,
    // That there is no kubeconfig is no fault while the demo stands in for it.
    problems: [
      ...(real.sources.length === 0
        ? real.problems.filter(({ code }) => code !== 'kubeconfig-missing')
        : real.problems),
      ...demo.problems,
    ],
    contexts: [
      ...real.contexts,
      ...demo.contexts.map((context) => renameContext(context, renamed(context.id))),
    ],
  };
}
