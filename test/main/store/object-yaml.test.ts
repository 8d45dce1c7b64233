/** The YAML of the drawer: what it shows, what it hides, and the lines that findings point at. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { KubeObject } from '../../../shared/model/kube.ts';
import { refOf } from '../../../shared/cluster/refs.ts';
import { parseFieldPath } from '../../../src-main/store/field-path.ts';
import { MASK, maskSecret } from '../../../src-main/store/mask.ts';
import { findMarks, toYaml } from '../../../src-main/store/object-yaml.ts';
import { build } from '../../shared/objects.ts';
import { findingOf } from '../headless/findings.ts';

const POD = build('Pod', 'web', {
  metadata: {
    name: 'web',
    labels: { 'app.kubernetes.io/name': 'web' },
    creationTimestamp: '2026-11-20T10:00:00Z',
  },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False' }],
    containerStatuses: [
      { name: 'sidecar', restartCount: 0 },
      { name: 'main', restartCount: 7, lastState: { terminated: { exitCode: 3 } } },
    ],
  },
  spec: { containers: [{ name: 'main', args: ['serve', '--fast'], ports: [{ containerPort: 8080 }] }] },
});

function lineAt(yaml: string, path: string): string | undefined {
  const ref = refOf(POD);
  const finding = findingOf('f', { evidence: [{ ref, path, observed: 'x', why: 'because' }] });
  const [mark] = findMarks(yaml, ref, [finding]);
  return mark === undefined ? undefined : yaml.split('\n')[mark.line - 1]?.trim();
}

describe('toYaml', () => {
  test('begins with what the object is, ends with its status, and leaves managedFields out', () => {
    const object = {
      ...POD,
      metadata: { ...POD.metadata, managedFields: [{ manager: 'kubectl' }] },
    } as KubeObject;
    const yaml = toYaml(object);
    expect(Object.keys(parse(yaml) as object)).toEqual(['apiVersion', 'kind', 'metadata', 'spec', 'status']);
    expect(yaml).not.toContain('kubectl');
    expect(yaml).toContain('# managedFields are left out');
  });

  test('reads back as the same value, strings that look like something else included', () => {
    const tricky = fc.oneof(
      fc.string(),
      fc.constantFrom('no', 'on', '012', '1:30', '2026-11-20T10:00:00Z', '~', '0x1f', '1e3'),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), tricky, { noNullPrototype: true }), (data) => {
        const object = build('ConfigMap', 'c', { data });
        for (const version of ['1.1', '1.2'] as const) {
          expect((parse(toYaml(object), { version, merge: false }) as KubeObject).data).toEqual(data);
        }
      }),
    );
  });

  test('control characters are written as escapes', () => {
    const yaml = toYaml(build('ConfigMap', 'c', { data: { a: '\u001b[31mred' } }));
    expect(yaml).not.toContain('\u001b');
    expect(parse(yaml)).toMatchObject({ data: { a: '\u001b[31mred' } });
  });
});

describe('findMarks', () => {
  const yaml = toYaml(POD);
  test.each([
    ['status.containerStatuses[main].lastState.terminated.exitCode', 'exitCode: 3'],
    ['status.containerStatuses[main].restartCount', 'restartCount: 7'],
    ['status.containerStatuses[1].restartCount', 'restartCount: 7'],
    ['status.conditions[Ready].status', 'status: "False"'],
    ['status.conditions[type=Ready].status', 'status: "False"'],
    ['spec.containers[main].args[--fast]', '- --fast'],
    ['spec.containers[main].ports[8080].containerPort', '- containerPort: 8080'],
    ['metadata.labels.app.kubernetes.io/name', 'app.kubernetes.io/name: web'],
    ['metadata.labels[app.kubernetes.io/name]', 'app.kubernetes.io/name: web'],
    ['status', 'status:'],
    // What is missing points at where it would be.
    ['spec.containers[main].readinessProbe', '- name: main'],
    ['spec.nodeName', 'spec:'],
  ])('%s → %s', (path, line) => {
    expect(lineAt(yaml, path)).toBe(line);
  });

  test.each(['nowhere.at.all', '', 'log', 'event', '[[', '__proto__.x', 'constructor'])(
    '%j points at no line',
    (path) => {
      expect(lineAt(yaml, path)).toBeUndefined();
    },
  );

  test('claims about other objects mark nothing here; marks are in line order, once per line and finding', () => {
    const ref = refOf(POD);
    const other = { ...ref, name: 'other', uid: 'other' };
    const claim = (path: string, at = ref) => ({ ref: at, path, observed: '', why: path });
    const marks = findMarks(yaml, ref, [
      findingOf('a', {
        severity: 'low',
        evidence: [claim('status.phase'), claim('status.phase'), claim('kind', other)],
      }),
      findingOf('b', { severity: 'critical', evidence: [claim('status.phase'), claim('kind')] }),
    ]);
    expect(marks.map(({ finding, severity }) => [finding, severity])).toEqual([
      ['b', 'critical'],
      ['b', 'critical'],
      ['a', 'low'],
    ]);
    expect(marks.map(({ line }) => line)).toEqual([...marks.map(({ line }) => line)].sort((a, b) => a - b));
  });

  test('no path, however odd, makes it throw', () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        lineAt(yaml, path);
        return parseFieldPath(path).every(({ text }) => typeof text === 'string');
      }),
    );
  });
});

describe('maskSecret', () => {
  const secret = build('Secret', 's', {
    metadata: {
      name: 's',
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"token":"aHVudGVyMg=="}}',
        team: 'shop',
      },
    },
    type: 'Opaque',
    data: { token: 'aHVudGVyMg==' },
    stringData: { plain: 'hunter2' },
  });

  test('keeps the keys, hides the values and their copy in the annotation', () => {
    const { object, masked } = maskSecret(secret);
    expect(masked).toBe(true);
    const yaml = toYaml(object);
    expect(yaml).not.toMatch(/hunter2|aHVudGVyMg/);
    expect(object).toMatchObject({ data: { token: MASK }, stringData: { plain: MASK }, type: 'Opaque' });
    expect(object.metadata.annotations?.team).toBe('shop');
    // The object in the store stays as it was.
    expect(secret.data).toEqual({ token: 'aHVudGVyMg==' });
  });

  test.each([['a string'], [['list']], [null], [5]])('hides data of a wrong type: %j', (data) => {
    const { object } = maskSecret({ ...secret, data });
    expect(JSON.stringify(object.data)).not.toContain('string');
    expect(JSON.stringify(object.data)).not.toContain('list');
  });

  test('leaves other objects alone', () => {
    const map = build('ConfigMap', 'c', { data: { a: 'b' } });
    expect(maskSecret(map)).toEqual({ object: map, masked: false });
  });
});
