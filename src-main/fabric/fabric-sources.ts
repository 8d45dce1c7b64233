/** All fabrics there are to open: the contexts of the kubeconfigs, those added by hand, each with its own settings. */
import type { AppError } from '../../shared/errors.ts';
import type { KubeContext, Kubeconfig } from '../kube/contract.ts';
import type { KubeconfigPlaces } from '../kube/kubeconfig.ts';
import { renameContext } from '../kube/rename-context.ts';
import type { StoredManual } from '../settings/fabric-schema.ts';
import type { FabricMemories } from '../settings/fabric-memory.ts';
import type { FabricSecrets } from '../settings/fabric-secrets.ts';
import type { FabricStore } from '../settings/fabric-store.ts';
import { applySettings } from './apply-settings.ts';
import { fabricKey, manualId } from './fabric-origin.ts';
import { manualContext } from './manual-context.ts';
import { memoryOfThisRun, type FabricMemory } from './memory.ts';

export interface FabricSourcesParts {
  readonly store: FabricStore;
  readonly secrets: FabricSecrets;
  readonly memories: FabricMemories;
}

export class FabricSources {
  readonly store: FabricStore;
  readonly secrets: FabricSecrets;
  readonly memories: FabricMemories;
  /** What each kubeconfig last held, for one that is broken meanwhile. */
  readonly lastGood: NonNullable<KubeconfigPlaces['lastGood']> = new Map();

  #plain: ReadonlyMap<string, KubeContext> = new Map();
  readonly #demo = new Map<string, FabricMemory>();

  constructor({ store, secrets, memories }: FabricSourcesParts) {
    this.store = store;
    this.secrets = secrets;
    this.memories = memories;
  }

  /** What was wrong with the app's own files at start. */
  get problems(): AppError[] {
    return [this.store, this.secrets, this.memories].flatMap(({ problem }) => problem ?? []);
  }

  /** The kubeconfigs that fabrics added by hand refer to. */
  get references(): string[] {
    return this.store.manual().flatMap(({ kubeconfig }) => (kubeconfig === '' ? [] : [kubeconfig]));
  }

  /** Adds the fabrics by hand to what the kubeconfigs hold. */
  async addManual(real: Kubeconfig): Promise<Kubeconfig> {
    const manual = await Promise.all(this.store.manual().map((one) => this.#manualContext(one)));
    return mergeManual(real, manual);
  }

  /** Lays the settings of each fabric over it. */
  async withSettings(kubeconfig: Kubeconfig): Promise<Kubeconfig> {
    const contexts = await Promise.all(
      kubeconfig.contexts.map((context) =>
        applySettings(context, this.store.settingsOf(fabricKey(context, this.store.manual()))),
      ),
    );
    this.#plain = new Map(kubeconfig.contexts.map((context) => [context.id, context]));
    return { ...kubeconfig, contexts };
  }

  /** A fabric as it was last read, without its settings. */
  plainOf(id: string): KubeContext | undefined {
    return this.#plain.get(id);
  }

  /** Where a fabric remembers its cluster; a simulated one is another in each run. */
  memoryOf(context: KubeContext): FabricMemory {
    if (context.demo !== true) return this.memories.of(fabricKey(context, this.store.manual()));
    const known = this.#demo.get(context.id) ?? memoryOfThisRun();
    this.#demo.set(context.id, known);
    return known;
  }

  #manualContext(manual: StoredManual): Promise<KubeContext> {
    const { key, name, hasToken } = manual;
    const token = hasToken ? this.secrets.token(key) : undefined;
    return manualContext({
      id: manualId(name),
      manual,
      token,
      tokenLost: hasToken && token === undefined ? this.#whyLost(key) : undefined,
      lastGood: this.lastGood,
    });
  }

  #whyLost(key: string): string {
    return this.secrets.where(key) === 'locked'
      ? 'the keychain of this computer does not give it out'
      : 'it was kept for an earlier session only, since no keychain could be used';
  }
}

/**
 * Fabrics by hand behind the contexts. One that was added keeps its id for good, so that what is open and remembered
 * stays with it: a context that bears the very same name is listed under another, and that is told.
 */
function mergeManual(real: Kubeconfig, manual: readonly KubeContext[]): Kubeconfig {
  if (manual.length === 0) return real;
  const taken = new Set([...manual.map(({ id }) => id), ...real.contexts.map(({ id }) => id)]);
  const problems: AppError[] = [];
  const contexts = real.contexts.map((context) => {
    if (!manual.some(({ id }) => id === context.id)) return context;
    let id = `${context.id} (kubeconfig)`;
    while (taken.has(id)) id = `${id} (kubeconfig)`;
    taken.add(id);
    problems.push({
      code: 'context-broken',
      message: `Context ${context.id} of ${context.source} has the name of a fabric that was added by hand; it is listed as ${id}.`,
      hint: 'Rename one of the two.',
      retryable: false,
      details: { file: context.source, context: context.id },
    });
    return renameContext(context, id);
  });
  return {
    ...real,
    contexts: [...contexts, ...manual],
    // That there is no kubeconfig is no fault where fabrics stand without one.
    problems: [
      ...real.problems.filter(
        ({ code, details }) => code !== 'kubeconfig-missing' || details?.file !== undefined,
      ),
      ...problems,
    ],
  };
}
