/** What rules allow, against the semantics of the API server's authorizer written down a second time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  furthestReach,
  questionsOf,
  reachOf,
  readRules,
  uncovered,
  type AccessQuestion,
  type PolicyRule,
} from '../../../shared/rbac/rules.ts';

const rule = (change: Partial<PolicyRule>): PolicyRule => ({
  verbs: ['get'],
  apiGroups: [''],
  resources: ['pods'],
  resourceNames: [],
  ...change,
});
const ask = (change: Partial<AccessQuestion> = {}): AccessQuestion => ({
  verb: 'get',
  group: '',
  resource: 'pods',
  ...change,
});

describe('reachOf', () => {
  it.each<[string, Partial<PolicyRule>, Partial<AccessQuestion>, string]>([
    ['the same', {}, {}, 'allowed'],
    ['another verb', {}, { verb: 'list' }, 'denied'],
    ['another group', {}, { group: 'apps' }, 'denied'],
    ['another resource', {}, { resource: 'secrets' }, 'denied'],
    ['a subresource is not its resource', {}, { subresource: 'log' }, 'denied'],
    ['a resource is not its subresource', { resources: ['pods/log'] }, {}, 'denied'],
    ['the subresource', { resources: ['pods/log'] }, { subresource: 'log' }, 'allowed'],
    ['a subresource of all', { resources: ['*/log'] }, { subresource: 'log' }, 'allowed'],
    ['a subresource of all is no resource', { resources: ['*/log'] }, {}, 'denied'],
    ['all subresources of one mean nothing', { resources: ['pods/*'] }, { subresource: 'log' }, 'denied'],
    ['all resources hold subresources', { resources: ['*'] }, { subresource: 'log' }, 'allowed'],
    ['all verbs and groups', { verbs: ['*'], apiGroups: ['*'] }, { verb: 'patch' }, 'allowed'],
    ['its name', { resourceNames: ['a'] }, { name: 'a' }, 'allowed'],
    ['another name', { resourceNames: ['a'] }, { name: 'b' }, 'denied'],
    ['a star is no name', { resourceNames: ['*'] }, { name: 'b' }, 'denied'],
    ['no name asked', { resourceNames: ['a'] }, {}, 'partly'],
    ['what is new has no name', { verbs: ['create'], resourceNames: ['a'] }, { verb: 'create' }, 'denied'],
    [
      'what is below it has one',
      { verbs: ['create'], resources: ['pods/exec'], resourceNames: ['a'] },
      { verb: 'create', subresource: 'exec' },
      'partly',
    ],
  ])('%s', (_what, having, asking, reach) => {
    expect(reachOf(rule(having), ask(asking))).toBe(reach);
  });
});

const word = fc.constantFrom('get', 'list', '*', 'patch');
const group = fc.constantFrom('', 'apps', '*');
const resource = fc.constantFrom('pods', 'pods/log', '*', '*/log', '*/scale', 'pods/*', 'deployments/scale');
const name = fc.constantFrom('a', 'b', '*');
const anyRule = fc.record({
  verbs: fc.array(word, { maxLength: 3 }),
  apiGroups: fc.array(group, { maxLength: 2 }),
  resources: fc.array(resource, { maxLength: 3 }),
  resourceNames: fc.array(name, { maxLength: 2 }),
});
const question = fc.record({
  verb: fc.constantFrom('get', 'list', 'patch', 'watch'),
  group: fc.constantFrom('', 'apps', 'batch'),
  resource: fc.constantFrom('pods', 'deployments'),
  subresource: fc.constantFrom(undefined, 'log', 'scale'),
  name: fc.constantFrom('a', 'c'),
});

/** RuleAllows of k8s.io/component-helpers/auth/rbac/validation, step by step. */
function serverAllows(given: PolicyRule, asked: AccessQuestion): boolean {
  const whole = asked.subresource === undefined ? asked.resource : `${asked.resource}/${asked.subresource}`;
  let verbs = false;
  for (const each of given.verbs) if (each === '*' || each === asked.verb) verbs = true;
  let groups = false;
  for (const each of given.apiGroups) if (each === '*' || each === asked.group) groups = true;
  let resources = false;
  for (const each of given.resources) {
    if (each === '*' || each === whole) resources = true;
    else if (asked.subresource !== undefined && each === `*/${asked.subresource}`) resources = true;
  }
  const names = given.resourceNames.length === 0 || given.resourceNames.some((each) => each === asked.name);
  return verbs && groups && resources && names;
}

describe('a question that names its object', () => {
  it('is answered as the server does', () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 4 }), question, (rules, asked) => {
        const allowed = rules.some((each) => serverAllows(each, asked));
        expect(furthestReach(rules, asked)).toBe(allowed ? 'allowed' : 'denied');
      }),
    );
  });

  it('a question without a name is at least as far as any named one, and allowed only if all are', () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 4 }), question, (rules, asked) => {
        const whole = furthestReach(rules, { ...asked, name: undefined });
        const named = furthestReach(rules, asked);
        if (whole === 'allowed') expect(named).toBe('allowed');
        if (whole === 'denied') expect(named).toBe('denied');
      }),
    );
  });
});

describe('uncovered', () => {
  it('is nothing for the rules themselves, and more rules never uncover', () => {
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 3 }), fc.array(anyRule, { maxLength: 3 }), (a, b) => {
        const plain = a.map((each) => ({
          ...each,
          resources: each.resources.filter((r) => !r.includes('*')),
        }));
        const own = plain.map((each) => ({ ...each, verbs: each.verbs.filter((verb) => verb !== '*') }));
        const concrete = own.map((each) => ({ ...each, apiGroups: each.apiGroups.filter((g) => g !== '*') }));
        expect(uncovered(concrete, concrete)).toEqual([]);
        expect(uncovered([...b, ...concrete], concrete)).toEqual([]);
      }),
    );
  });

  it('asks each verb on each resource and name', () => {
    const wanted = rule({ verbs: ['get', 'list'], resources: ['pods/log'], resourceNames: ['a', 'b'] });
    expect(questionsOf(wanted)).toHaveLength(4);
    expect(uncovered([rule({ verbs: ['get'], resources: ['*/log'] })], [wanted])).toMatchObject([
      { verb: 'list', resource: 'pods', subresource: 'log', name: 'a' },
      { verb: 'list', name: 'b' },
    ]);
  });
});

describe('readRules', () => {
  it('takes what a role holds, and nothing from anything else', () => {
    expect(
      readRules([
        { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
        { verbs: ['get'], nonResourceURLs: ['/healthz'] },
        { verbs: 'get', resources: ['pods', 7, null] },
        'text',
      ]),
    ).toEqual([rule({}), { verbs: [], apiGroups: [], resources: ['pods'], resourceNames: [] }]);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(Array.isArray(readRules(value))).toBe(true);
      }),
    );
  });
});
