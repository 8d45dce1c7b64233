/** Short names for pods and containers in a merged log: what tells them apart, and nothing more. */

export interface Source {
  readonly pod: string;
  readonly container: string;
}

/** The last part of a generated name, `x2k8p` of `payments-api-7c9f6d8b5-x2k8p`; a name without dash stays whole. */
function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('-') + 1);
}

function distinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

/** Short pod names: the last part where it tells all pods apart, else the whole name. */
function shortPods(pods: readonly string[]): ReadonlyMap<string, string> {
  const short = pods.map(lastPart);
  const usable = distinct(short) && short.every((part) => part.length > 0);
  return new Map(pods.map((pod, index) => [pod, usable ? (short[index] ?? pod) : pod]));
}

/**
 * One name per `pod/container`: the short pod where only pods differ, the container where only containers differ,
 * `pod/container` where both do. Names of different sources differ.
 */
export function nameSources(sources: readonly Source[]): ReadonlyMap<string, string> {
  const pods = [...new Set(sources.map((source) => source.pod))];
  const containers = new Set(sources.map((source) => source.container));
  const short = shortPods(pods);
  return new Map(
    sources.map(({ pod, container }) => {
      const name = short.get(pod) ?? pod;
      const shown = containers.size <= 1 ? name : pods.length === 1 ? container : `${name}/${container}`;
      return [`${pod}/${container}`, shown];
    }),
  );
}

/** Number of colours for sources; the name beside the colour is what identifies, so they may repeat. */
export const SOURCE_TONES = 6;
