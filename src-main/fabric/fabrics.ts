/** All contexts of the kubeconfig as fabrics: each opened when asked for, none in the way of another. */
import { AppFailure, type AppError } from '../../shared/errors.ts';
import type { FabricList } from '../../shared/ipc.ts';
import type { FabricSummary } from '../../shared/model/fabric.ts';
import { SEVERITIES, type Finding, type Severity } from '../../shared/model/finding.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import type { KubeContext, Kubeconfig } from '../kube/contract.ts';
import { coalesce, type Coalesced } from '../store/coalesce.ts';
import { Fabric, type FabricOptions } from './fabric.ts';
import { memoryOfThisRun, type FabricMemory } from './memory.ts';

export interface FabricsOptions {
  readonly load: () => Promise<Kubeconfig>;
  readonly scenarios: readonly Scenario[];
  readonly now: () => Instant;
  /** Told of every change of the list, at most four times a second. */
  readonly onList: (list: FabricList) => void;
  /** What is remembered of a fabric over restarts; nothing unless told. */
  readonly memoryOf?: (context: KubeContext) => FabricMemory;
  /** For tests. */
  readonly connect?: FabricOptions['connect'];
  readonly probe?: FabricOptions['probe'];
}

/** Something that stays bound to a fabric of a name, also when the kubeconfig gives it another configuration. */
interface Binding {
  readonly id: string;
  readonly bind: (fabric: Fabric) => () => void;
  unbind: () => void;
}

const LIST_MS = 250;

function countRoots(findings: readonly Finding[]): Record<Severity, number> {
  const counts = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const finding of findings) if (finding.rootCause === null) counts[finding.severity]++;
  return counts;
}

/** A context as the rail shows it; credentials stay here. */
function summarize(fabric: Fabric): FabricSummary {
  const { access: _secret, own: _internal, ...context } = fabric.context;
  const { findings, blindSpots } = fabric.answer;
  return {
    ...context,
    ...fabric.state,
    counts: countRoots(findings),
    blindSpots: blindSpots.length,
  };
}

/** What a running fabric depends on. The rest (colour, name, guard, limits) changes without a new connection. */
const essence = ({ id, access, problem, demo, own }: KubeContext): string =>
  JSON.stringify({ id, access, problem, demo, kinds: own?.watchKinds ?? [] });

const sameContext = (a: KubeContext, b: KubeContext) => essence(a) === essence(b);

export class Fabrics {
  readonly #options: FabricsOptions;
  readonly #push: Coalesced;
  readonly #bindings = new Set<Binding>();
  #fabrics = new Map<string, { readonly fabric: Fabric; readonly stop: () => void }>();
  #sources: readonly string[] = [];
  #problems: readonly AppError[] = [];
  #current: string | undefined;
  #loading = Promise.resolve();
  #next: Promise<void> | undefined;
  #isReady: () => void = () => undefined;
  /** Resolves when the kubeconfig was read for the first time. */
  readonly ready = new Promise<void>((resolve) => {
    this.#isReady = resolve;
  });

  constructor(options: FabricsOptions) {
    this.#options = options;
    this.#push = coalesce(() => options.onList(this.list), LIST_MS);
  }

  get list(): FabricList {
    const fabrics = [...this.#fabrics.values()].map(({ fabric }) => summarize(fabric));
    return { sources: this.#sources, fabrics, problems: this.#problems };
  }

  /** current-context of the kubeconfig. */
  get current(): string | undefined {
    return this.#current;
  }

  /** Ids of the fabrics that are not closed, those of the demo left out. */
  get open(): string[] {
    return [...this.#fabrics.values()]
      .filter(({ fabric }) => fabric.link.phase !== 'closed' && fabric.context.demo === undefined)
      .map(({ fabric }) => fabric.id);
  }

  /** Ids of the demo's fabrics, while the demo is open. */
  get demo(): string[] {
    return [...this.#fabrics].filter(([, { fabric }]) => fabric.context.demo === true).map(([id]) => id);
  }

  /** The fabric of a context. Throws `AppFailure` (context-missing) for a name the kubeconfig does not hold. */
  get(id: string): Fabric {
    const entry = this.#fabrics.get(id);
    if (entry !== undefined) return entry.fabric;
    const contexts = [...this.#fabrics.keys()].join(', ');
    const file = this.#sources.join(', ');
    throw new AppFailure({
      code: 'context-missing',
      message: `There is no context ${id}${file === '' ? '' : ` in ${file}`}.`,
      hint: contexts === '' ? 'Choose a kubeconfig that holds contexts.' : `Choose one of: ${contexts}.`,
      fabric: id,
      retryable: false,
      details: { context: id, contexts, ...(file !== '' && { file }) },
    });
  }

  /** Reads the kubeconfig (again). Fabrics whose configuration is unchanged stay as they are, the others begin anew. */
  async load(): Promise<FabricList> {
    // What changed since a load under way began to read is in the next one, which serves all who asked meanwhile.
    this.#next ??= this.#loading.then(() => {
      this.#next = undefined;
      const load = this.#load();
      this.#loading = load.catch(() => undefined);
      return load;
    });
    await this.#next;
    return this.list;
  }

  /** Calls `bind` with the fabric of this name now and whenever it is replaced; returns the function that ends that. */
  bind(id: string, bind: (fabric: Fabric) => () => void): () => void {
    const binding: Binding = { id, bind, unbind: bind(this.get(id)) };
    this.#bindings.add(binding);
    return () => {
      this.#bindings.delete(binding);
      binding.unbind();
    };
  }

  /** After the computer slept, or the network came back: every open fabric that is not paused tries at once. */
  retryAll(): void {
    for (const { fabric } of this.#fabrics.values()) fabric.wake();
  }

  async closeAll(): Promise<void> {
    this.#push.stop();
    await Promise.allSettled([...this.#fabrics.values()].map(({ fabric }) => fabric.close()));
  }

  async #load(): Promise<void> {
    const kubeconfig = await this.#options.load();
    this.#sources = kubeconfig.sources;
    this.#problems = kubeconfig.problems;
    this.#current = kubeconfig.current;
    const before = this.#fabrics;
    this.#fabrics = new Map();
    for (const context of kubeconfig.contexts) {
      const known = before.get(context.id);
      if (known !== undefined && sameContext(known.fabric.context, context)) {
        this.#fabrics.set(context.id, known);
        known.fabric.present(context);
      } else this.#add(context, known !== undefined && known.fabric.link.phase !== 'closed');
    }
    for (const [id, { fabric, stop }] of before) {
      if (this.#fabrics.get(id)?.fabric === fabric) continue;
      stop();
      void fabric.close();
      this.#rebind(id);
    }
    this.#isReady();
    this.#push.ask();
  }

  #add(context: KubeContext, open: boolean): void {
    const { scenarios, now, connect, probe, memoryOf = memoryOfThisRun } = this.#options;
    const fabric = new Fabric({
      context,
      scenarios,
      now,
      memory: memoryOf(context),
      reachable: () => this.#liveBeside(context.id),
      ...(connect && { connect }),
      ...(probe && { probe }),
    });
    const stop = fabric.on(() => this.#push.ask());
    this.#fabrics.set(context.id, { fabric, stop });
    if (open) fabric.open();
  }

  /** Other fabrics that are live: if one cannot be reached, it is not the network of this computer. */
  #liveBeside(id: string): string[] {
    return [...this.#fabrics]
      .filter(([each, { fabric }]) => each !== id && fabric.link.phase === 'live')
      .map(([each]) => each);
  }

  #rebind(id: string): void {
    for (const binding of this.#bindings) {
      if (binding.id !== id) continue;
      binding.unbind();
      const fabric = this.#fabrics.get(id)?.fabric;
      binding.unbind = fabric === undefined ? () => undefined : binding.bind(fabric);
    }
  }
}
