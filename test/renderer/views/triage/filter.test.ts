// Words and tokens of the triage filter.
import { expect, it } from 'vitest';
import { compileFilter } from '../../../../src-renderer/views/triage/filter.ts';
import { linkFindings, makeFinding, makeRef } from '../../make-finding.ts';

const byId = linkFindings(
  makeFinding('pod', {
    severity: 'critical',
    subject: makeRef('Pod', 'web-1', 'shop'),
    summary: 'Pod shop/web-1 is killed',
  }),
  makeFinding('node', {
    severity: 'low',
    subject: makeRef('Node', 'n1'),
    scenario: 'node/cordoned',
    summary: 'Node n1 is cordoned',
    members: [makeRef('Pod', 'db-0', 'data')],
  }),
);

it.each([
  ['', ['pod', 'node']],
  ['   ', ['pod', 'node']],
  ['killed', ['pod']],
  ['WEB-1 shop', ['pod']],
  ['web-1 cordoned', []],
  ['ns:data', ['node']],
  ['namespace:shop kind:pod', ['pod']],
  ['kind:pod', ['pod', 'node']],
  ['name:n1', ['node']],
  ['severity:crit', ['pod']],
  ['scenario:cordon', ['node']],
  ['ns:', ['pod', 'node']],
  ['__proto__:x', []],
  ['nothing:x', []],
])('%j finds %j', (query, expected) => {
  const matches = compileFilter(query, (id) => byId.get(id));
  expect([...byId.keys()].filter((id) => matches?.(id) ?? true)).toEqual(expected);
});
