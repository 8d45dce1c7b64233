/** Finds the YAML node that a field path such as `status.containerStatuses[main].state` points at. */
import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';

/** One step: a field name, or what stands in brackets (an index, a name, or `type=Ready`). */
interface Step {
  readonly text: string;
  readonly bracket: boolean;
}

/** Fields that name an item of a list, as `kubectl` and the API conventions use them. */
const ITEM_NAMES = ['name', 'type', 'key', 'reason', 'ip', 'containerPort', 'port', 'uid'];

/** Splits a path at its dots and brackets; a dot within brackets belongs to the name. */
export function parseFieldPath(path: string): Step[] {
  const steps: Step[] = [];
  for (const match of path.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)) {
    const [, inBrackets, field] = match;
    if (inBrackets !== undefined) steps.push({ text: inBrackets.replace(/^["']|["']$/g, ''), bracket: true });
    else if (field !== undefined) steps.push({ text: field, bracket: false });
  }
  return steps;
}

function keyText(pair: Pair): string | undefined {
  return isScalar(pair.key) ? String(pair.key.value) : undefined;
}

function valueText(node: unknown, field: string): string | undefined {
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => keyText(item) === field);
  return pair !== undefined && isScalar(pair.value) ? String(pair.value.value) : undefined;
}

function findItem(items: readonly unknown[], text: string): unknown {
  const equals = /^(\w+)=(.*)$/.exec(text);
  const wanted = equals?.[2] ?? text;
  const fields = equals?.[1] === undefined ? ITEM_NAMES : [equals[1]];
  const named = items.find((item) => fields.some((field) => valueText(item, field) === wanted));
  if (named !== undefined) return named;
  const scalar = items.find((item) => isScalar(item) && String(item.value) === text);
  return scalar ?? (/^\d+$/.test(text) ? items[Number(text)] : undefined);
}

/** The pair of a map that the next steps name; keys such as `app.kubernetes.io/name` take several steps. */
function findPair(
  items: readonly Pair[],
  steps: readonly Step[],
  from: number,
): { pair: Pair; used: number } | undefined {
  let name = '';
  let found: { pair: Pair; used: number } | undefined;
  for (let at = from; at < steps.length; at++) {
    const step = steps[at];
    if (step === undefined || (step.bracket && at > from)) break;
    name = at === from ? step.text : `${name}.${step.text}`;
    const pair = items.find((item) => keyText(item) === name);
    if (pair !== undefined) found = { pair, used: at - from + 1 };
  }
  return found;
}

/**
 * The offset at which the field of `path` begins, or that of its nearest ancestor where the field itself is missing
 * (a claim that something is not there points at where it would be). Undefined when not even the first step exists.
 */
export function offsetOfPath(root: Node | null, path: string): number | undefined {
  const steps = parseFieldPath(path);
  let node: unknown = root;
  let offset: number | undefined;
  for (let at = 0; at < steps.length;) {
    const step = steps[at];
    if (step === undefined) break;
    if (isMap(node)) {
      const found = findPair(node.items, steps, at);
      if (found === undefined) break;
      offset = (found.pair.key as Node).range?.[0] ?? offset;
      node = found.pair.value;
      at += found.used;
    } else if (isSeq(node)) {
      const item = findItem(node.items, step.text);
      if (item === undefined) break;
      offset = (item as Node).range?.[0] ?? offset;
      node = item;
      at += 1;
    } else break;
  }
  return offset;
}
