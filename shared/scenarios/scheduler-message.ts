/** Reads the scheduler's sentence about why a pod fits on no node. */

export interface Predicate {
  /** Nodes that failed for it. A node may fail for several, so that the counts can exceed the nodes. */
  readonly nodes: number;
  /** As the scheduler says it: `Insufficient cpu`, `node(s) had untolerated taint(s)`. */
  readonly text: string;
  /** The resource that is short: `cpu`, `nvidia.com/gpu`, `pods` for too many pods, `claims` for device claims. */
  readonly resource?: string;
}

export interface SchedulerVerdict {
  /** All nodes of the cluster, as the scheduler counts them. */
  readonly nodes: number;
  readonly predicates: readonly Predicate[];
}

const HEAD = /^\s*\d+\/(\d+) nodes are (?:un)?available:?\s*/;
const LONGEST = 8000;

/**
 * The predicates that failed, or `undefined` for a message of another form (no nodes at all, a gate, another
 * scheduler's words). Read only up to the first `. `: what follows repeats the texts for preemption (catalogue, rule 14).
 */
export function readUnschedulable(message: string): SchedulerVerdict | undefined {
  const head = HEAD.exec(message.slice(0, LONGEST));
  if (head === null) return undefined;
  const body = message.slice(head[0].length, LONGEST);
  const sentence = (/^([^]*?)\.(?:\s|$)/.exec(body)?.[1] ?? body).trim();
  // A predicate may itself hold a comma: `1 node(s) had taint {k: v}, that the pod didn't tolerate`.
  const parts = sentence.split(/,\s+(?=\d+ )/);
  const predicates = parts.flatMap((part) => readPredicate(part, Number(head[1])) ?? []);
  return { nodes: Number(head[1]), predicates };
}

function readPredicate(part: string, nodes: number): Predicate | undefined {
  const counted = /^(\d+)(?: node\(s\))? ([^]+)$/.exec(part.trim());
  // What a prefilter says is true of all nodes and comes without a number.
  const text = (counted?.[2] ?? part).trim();
  if (text === '') return undefined;
  const amount = counted === null ? nodes : Number(counted[1]);
  const resource = resourceOf(text);
  return { nodes: amount, text, ...(resource === undefined ? {} : { resource }) };
}

function resourceOf(text: string): string | undefined {
  const named = /^insufficient ([a-z0-9][a-z0-9./_-]*)$/i.exec(text)?.[1];
  if (named !== undefined) return named;
  if (/^too many pods$/i.test(text)) return 'pods';
  return /cannot allocate all claims/i.test(text) ? 'claims' : undefined;
}
