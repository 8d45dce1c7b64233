/** Open watches of custom resources, which end when their version is no longer served. */
import type { Resource } from '../model.ts';
import type { Catalogue } from './contract.ts';

interface OpenWatch {
  readonly resource: Resource;
  readonly stop: () => void;
  readonly onEnd: (() => void) | undefined;
}

export class CustomWatches {
  readonly #open = new Set<OpenWatch>();

  /** Returns the function that stops the watch. */
  add(resource: Resource, stop: () => void, onEnd: (() => void) | undefined): () => void {
    const watch = { resource, stop, onEnd };
    this.#open.add(watch);
    return () => {
      this.#open.delete(watch);
      stop();
    };
  }

  endUnserved(catalogue: Catalogue): void {
    for (const watch of [...this.#open]) {
      const { group, version, plural } = watch.resource;
      if (catalogue.find(group, version, plural) !== undefined) continue;
      this.#open.delete(watch);
      watch.stop();
      watch.onEnd?.();
    }
  }
}
