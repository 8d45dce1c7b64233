/** Label and field selectors of list requests: what matches, and the complaints of the API server about the rest. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFieldSelector } from '../../../../../src-main/demo/http/selectors/field-selector.ts';
import {
  matchesLabels,
  parseLabelSelector,
} from '../../../../../src-main/demo/http/selectors/label-selector.ts';
import { matchesSelector } from '../../../../../src-main/demo/http/selectors/object-selector.ts';
import type { Resource, StoredObject } from '../../../../../src-main/demo/model.ts';
import { BUILT_IN_RESOURCES } from '../../../../../src-main/demo/registry/built-in-resources.ts';
import { StatusError } from '../../../../../src-main/demo/status-error.ts';

const LABELS = { app: 'web', tier: 'front', gen: '5', empty: '' };

describe('label selectors', () => {
  it.each([
    ['', true],
    ['app', true],
    ['!app', false],
    ['app=web', true],
    ['app==web', true],
    ['app!=web', false],
    ['other!=web', true],
    ['app in (web,db)', true],
    ['app in (db)', false],
    ['app notin (db)', true],
    ['other notin (db)', true],
    ['gen>4', true],
    ['gen<5', false],
    ['app>4', false],
    ['empty=', true],
    ['empty in ()', true],
    ['app in ()', false],
    ['app = web , tier in ( front , back ),!other', true],
    ['in=notin', false],
    ['app in (in,web)', true],
    ['a.b/c!=x', true],
  ])('%s', (text, matches) => {
    expect(matchesLabels(parseLabelSelector(text), LABELS)).toBe(matches);
  });

  it.each([
    ['a===b', "unable to parse requirement: found '=', expected: identifier"],
    ['!!', "unable to parse requirement: found '!', expected: identifier"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a,', "found '', expected: identifier after ','"],
    ['=a', "found '=', expected: !, identifier, or 'end of string'"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    [
      'a>x',
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
  ])('refuses %s', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(message);
  });

  it('reads or refuses any text', () => {
    const text = fc
      .array(fc.constantFrom('a', 'in', 'notin', ' ', '=', '!', '(', ')', ',', '<', '>', '/', '-'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (selector) => {
        try {
          matchesLabels(parseLabelSelector(selector), LABELS);
        } catch (error) {
          expect(error).toBeInstanceOf(StatusError);
        }
      }),
    );
  });
});

describe('selectors in objects', () => {
  it.each([
    [undefined, false],
    [{}, true],
    [{ matchLabels: { app: 'web' } }, true],
    [{ matchLabels: { app: 'db' } }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['db'] }] }, true],
    [{ matchExpressions: [{ key: 'other', operator: 'Exists' }] }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'Near' }] }, false],
  ])('%j', (selector, matches) => {
    expect(matchesSelector(selector, LABELS)).toBe(matches);
  });
});

describe('field selectors', () => {
  const resource = (kind: string, group = ''): Resource => {
    const found = BUILT_IN_RESOURCES.find((one) => one.kind === kind && one.group === group);
    if (found === undefined) throw new RangeError(kind);
    return found;
  };
  const pod: StoredObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'web', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
    spec: { nodeName: 'n1' },
    status: { phase: 'Running' },
  };

  it.each([
    ['metadata.name=a', true],
    ['metadata.name==a,spec.nodeName!=n2', true],
    ['status.phase!=Running', false],
    ['spec.hostNetwork=false', true],
    ['spec.host=n1', true],
    ['status.nominatedNodeName=', true],
    ['metadata.name=\\,\\=\\\\', false],
  ])('%s', (text, matches) => {
    expect(parseFieldSelector(resource('Pod'), text).matches(pod)).toBe(matches);
  });

  it.each([
    ['Pod', '', 'foo=bar', 'field label not supported: foo'],
    ['Pod', '', 'constructor=bar', 'field label not supported: constructor'],
    ['Job', 'batch', 'a=b', 'field label "a" not supported for Job'],
    [
      'Deployment',
      'apps',
      'a=b',
      '"a" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
    ['Pod', '', 'foo', "invalid selector: 'foo'; can't understand 'foo'"],
  ])('%s refuses %s%s', (kind, group, text, message) => {
    expect(() => parseFieldSelector(resource(kind, group), text)).toThrow(message);
  });

  it('takes the fields that a definition declares', () => {
    const custom = { ...resource('ConfigMap'), custom: { schema: {}, columns: [] } };
    const thing = { ...pod, spec: { color: 'red' } };
    expect(parseFieldSelector(custom, 'spec.color=red', ['.spec.color']).matches(thing)).toBe(true);
    expect(() => parseFieldSelector(custom, 'spec.size=1', ['.spec.color'])).toThrow(
      'field label not supported: spec.size',
    );
  });
});
