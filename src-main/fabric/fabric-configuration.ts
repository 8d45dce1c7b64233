/** The configuration of all fabrics in the running app: files on disk, the app's own settings, the demo; followed live. */
import type { KubeContext, Kubeconfig } from '../kube/contract.ts';
import { kubeconfigPaths, loadKubeconfig, type KubeconfigPlaces } from '../kube/kubeconfig.ts';
import { watchFiles, type FileWatch } from '../kube/watch-files.ts';
import { openFabricMemories } from '../settings/fabric-memory.ts';
import { openFabricSecrets, type SecretBox } from '../settings/fabric-secrets.ts';
import { openFabricStore } from '../settings/fabric-store.ts';
import { FabricDrafts } from './fabric-drafts.ts';
import { FabricSources } from './fabric-sources.ts';
import { addTokenFabric, type TokenFabric } from './token-fabric.ts';

export interface FabricConfigurationParts {
  /** Folder of the app's own files. */
  readonly home: string;
  readonly box: SecretBox;
  /** Where kubeconfigs are looked for, asked at every load. */
  readonly places: () => KubeconfigPlaces;
  /** Adds the demo's fabrics to what `read` gives, or puts them in its place. */
  readonly addDemo: (read: () => Promise<Kubeconfig>) => Promise<Kubeconfig>;
  /** The context of a fabric as it is now. Throws `AppFailure` for an id that there is none of. */
  readonly contextOf: (id: string) => KubeContext;
  /** Has all fabrics take over what `load` gives. */
  readonly reload: () => Promise<unknown>;
  readonly report: (message: string, cause: unknown) => void;
  /** How long a file must rest before it is read again, ms. */
  readonly settleMs?: number;
}

export class FabricConfiguration {
  readonly sources: FabricSources;
  readonly drafts: FabricDrafts;
  readonly #parts: FabricConfigurationParts;
  readonly #watch: FileWatch;

  constructor(parts: FabricConfigurationParts) {
    this.#parts = parts;
    const { home, box, reload, contextOf, report, settleMs } = parts;
    const now = Date.now();
    this.sources = new FabricSources({
      store: openFabricStore(home, now),
      secrets: openFabricSecrets(home, now, box),
      memories: openFabricMemories(home, now, report),
    });
    this.drafts = new FabricDrafts({ sources: this.sources, contextOf, reload });
    this.#watch = watchFiles({
      paths: () => [...new Set([...kubeconfigPaths(parts.places()), ...this.sources.references])],
      onChange: () => void reload(),
      ...(settleMs !== undefined && { settleMs }),
    });
  }

  /** Begins to follow the files; to be called before the first load, so that no change falls between the two. */
  watch(): Promise<void> {
    return this.#watch.start();
  }

  /** Looks at the files again: after the computer slept, events may have been missed. */
  look(): void {
    this.#watch.look();
  }

  /** Everything there is to open, with the settings of each. */
  async load(): Promise<Kubeconfig> {
    const { places, addDemo } = this.#parts;
    const { sources } = this;
    const all = await addDemo(async () =>
      sources.addManual(await loadKubeconfig({ ...places(), lastGood: sources.lastGood })),
    );
    // Another file may be in use since.
    this.#watch.look();
    return sources.withSettings(all);
  }

  /** As `addTokenFabric`. */
  addTokenFabric(fabric: TokenFabric): Promise<string> {
    return addTokenFabric({ sources: this.sources, reload: this.#parts.reload }, fabric);
  }

  /** Ends watching and writes what is not written yet. */
  async close(): Promise<void> {
    this.#watch.close();
    await this.sources.memories.close();
  }
}
