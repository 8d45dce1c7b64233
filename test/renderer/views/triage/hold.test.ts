// What waits while the list is held still.
import { expect, it } from 'vitest';
import type { Finding } from '../../../../shared/model/finding.ts';
import { buildForest } from '../../../../src-renderer/state/forest.ts';
import { compareForests, describeWaiting } from '../../../../src-renderer/views/triage/hold.ts';
import { linkFindings, makeFinding } from '../../make-finding.ts';

function forest(...findings: readonly Finding[]) {
  const byId = linkFindings(...findings);
  return buildForest([...byId.keys()], byId);
}
const a = makeFinding('a');
const b = makeFinding('b');

it.each([
  ['nothing changed', forest(a, b), forest(a, b), undefined],
  ['a text changed', forest(a), forest({ ...a, summary: 'other' }), undefined],
  ['one more', forest(a), forest(a, b), '1 new'],
  ['one less', forest(a, b), forest(a), '1 gone'],
  ['another instead', forest(a), forest(b), '1 new, 1 gone'],
  ['another order', forest(a, b), forest(b, a), 'New order'],
  ['another severity', forest(a), forest({ ...a, severity: 'critical' }), 'New order'],
  ['became an effect', forest(a, b), forest(a, { ...b, rootCause: 'a' }), 'New order'],
])('%s', (_, shown, next, words) => {
  const waiting = compareForests(shown, next);
  expect(waiting && describeWaiting(waiting)).toBe(words);
});
