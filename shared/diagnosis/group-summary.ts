/** The sentence about several pods of one workload, from the predicate a pod scenario gives. */
import { formatRef, type Ref } from '../model/ref.ts';

const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['are', 'is'],
  ['were', 'was'],
  ['have', 'has'],
]);
const UNCHANGED = new Set([
  'cannot',
  'can',
  'could',
  'may',
  'might',
  'must',
  'shall',
  'should',
  'will',
  'would',
  'had',
]);

/**
 * `3 of 6 pods of Deployment shop/web crash-loop: …`, and in the singular where one pod shows the failure.
 *
 * @param ofPods plural predicate, verb first (see `Diagnosis.ofPods`)
 * @param failing pods that show the failure
 * @param total pods of the workload, the failing ones included
 */
export function groupSummary(workload: Ref, ofPods: string, failing: number, total: number): string {
  const predicate = failing === 1 ? singular(ofPods) : ofPods;
  return `${countPods(failing, Math.max(failing, total))} of ${formatRef(workload)} ${predicate}`;
}

function countPods(failing: number, total: number): string {
  if (failing < total) return `${failing} of ${total} pods`;
  if (total === 1) return 'The only pod';
  return total === 2 ? 'Both pods' : `All ${total} pods`;
}

/** Puts the first word, a verb in the plural of the present tense, into the third person singular. */
function singular(predicate: string): string {
  const verb = /^[A-Za-z-]+/.exec(predicate)?.[0] ?? '';
  return conjugate(verb) + predicate.slice(verb.length);
}

function conjugate(verb: string): string {
  const irregular = IRREGULAR.get(verb);
  if (irregular !== undefined) return irregular;
  const past = verb.endsWith('ed') && !verb.endsWith('eed');
  if (verb === '' || past || UNCHANGED.has(verb)) return verb;
  if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh|o)$/.test(verb) ? `${verb}es` : `${verb}s`;
}
