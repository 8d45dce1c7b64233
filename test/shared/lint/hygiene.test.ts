/** The rules of hygiene, each with what it sees and what only looks like it. */
import { describe, expect, it } from 'vitest';
import { reportHygiene } from '../../../shared/lint/hygiene.ts';
import { isFloating } from '../../../shared/lint/workload-rules.ts';
import { KINDS } from '../../../shared/kinds/kinds.ts';
import type { KubeObject } from '../../../shared/model/kube.ts';
import { LINT_LIMIT } from '../../../shared/model/lint.ts';
import { SCENARIOS } from '../../../shared/scenarios/index.ts';
import { prepareFor } from '../../../src-main/kube/prepare.ts';
import { build, buildPod, controlledBy } from '../objects.ts';
import { storeOf } from '../stores.ts';

const GOOD = {
  name: 'app',
  image: 'shop/web:1.4',
  resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '32Mi' } },
  readinessProbe: { httpGet: { path: '/' } },
  securityContext: { runAsNonRoot: true },
};

function deployment(container: object = {}, pod: object = {}, name = 'web'): KubeObject {
  const spec = { serviceAccountName: 'web', containers: [{ ...GOOD, ...container }], ...pod };
  return build('Deployment', name, { spec: { template: { spec } } });
}

function remarks(objects: KubeObject[]): string[] {
  return reportHygiene(storeOf(objects)).rows.map(
    ({ rule, subject, path, observed }) => `${rule} ${subject.kind} ${subject.name} ${path}: ${observed}`,
  );
}

const role = (rules: object[], fields: Partial<KubeObject> = {}): KubeObject =>
  build('Role', 'ops', { rules, ...fields });
const bound = build('RoleBinding', 'ops', {
  roleRef: { kind: 'Role', name: 'ops' },
  subjects: [{ kind: 'Group', name: 'ops' }],
});
const C = 'spec.template.spec.containers[app]';

describe('hygiene', () => {
  it.each<[string, KubeObject[], string[]]>([
    ['a workload in order', [deployment()], []],
    [
      'privileged',
      [deployment({ securityContext: { privileged: true } })],
      [`privileged Deployment web ${C}.securityContext.privileged: true`],
    ],
    [
      'an init container, too',
      [deployment({}, { initContainers: [{ ...GOOD, name: 'init', image: 'busybox' }] })],
      ['floating-image Deployment web spec.template.spec.initContainers[init].image: busybox'],
    ],
    [
      'no security context anywhere',
      [deployment({ securityContext: {} })],
      [`no-security-context Deployment web ${C}.securityContext: none`],
    ],
    [
      'a security context of the pod',
      [deployment({ securityContext: undefined }, { securityContext: { runAsUser: 5 } })],
      [],
    ],
    [
      'the account default',
      [deployment({}, { serviceAccountName: 'default' })],
      ['default-account Deployment web spec.template.spec.serviceAccountName: default'],
    ],
    [
      'the account default without a token',
      [deployment({}, { serviceAccountName: '', automountServiceAccountToken: false })],
      [],
    ],
    [
      'no resources',
      [deployment({ resources: {} })],
      [
        `no-requests Deployment web ${C}.resources.requests: none for cpu and memory`,
        `no-limits Deployment web ${C}.resources.limits.memory: none`,
      ],
    ],
    ['a limit is a request, too', [deployment({ resources: { limits: { cpu: '1', memory: '1Gi' } } })], []],
    [
      'resources of the pod as a whole',
      [
        deployment(
          { resources: {} },
          { resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } } },
        ),
      ],
      [],
    ],
    [
      'no probes',
      [deployment({ readinessProbe: undefined })],
      [`no-probes Deployment web ${C}.readinessProbe: none`],
    ],
    [
      'a Job needs no probes',
      [
        build('Job', 'import', {
          spec: {
            template: {
              spec: { serviceAccountName: 'web', containers: [{ ...GOOD, readinessProbe: undefined }] },
            },
          },
        }),
      ],
      [],
    ],
    [
      'a ReplicaSet and its pod are the Deployment',
      [
        deployment({ image: 'web' }),
        build('ReplicaSet', 'web-1', {
          metadata: { name: 'web-1', ...controlledBy('Deployment', 'web') },
          spec: { template: { spec: { containers: [{ name: 'app', image: 'web' }] } } },
        }),
        buildPod('web-1-a', {
          owner: ['ReplicaSet', 'web-1'],
          spec: { containers: [{ name: 'app', image: 'web' }] },
        }),
      ],
      [`floating-image Deployment web ${C}.image: web`],
    ],
    [
      'runs of a CronJob once, at the CronJob',
      ['night-1', 'night-2'].map((name) =>
        build('Job', name, {
          metadata: {
            name,
            ownerReferences: [
              { apiVersion: 'batch/v1', kind: 'CronJob', name: 'night', uid: 'cron', controller: true },
            ],
          },
          spec: {
            template: { spec: { serviceAccountName: 'night', containers: [{ ...GOOD, image: 'night' }] } },
          },
        }),
      ),
      ['floating-image CronJob night spec.jobTemplate.spec.template.spec.containers[app].image: night'],
    ],
    [
      'a wildcard in a bound role',
      [bound, role([{ verbs: ['get'], apiGroups: ['apps'], resources: ['*'] }])],
      ['wildcard-role Role ops rules[0]: get on * of apps'],
    ],
    ['a role that is bound to nobody', [role([{ verbs: ['*'], apiGroups: [''], resources: ['pods'] }])], []],
    [
      'a built-in role',
      [
        build('ClusterRoleBinding', 'admins', {
          roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
          subjects: [{ kind: 'Group', name: 'admins' }],
        }),
        build('ClusterRole', 'cluster-admin', {
          rules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
        }),
      ],
      [],
    ],
    [
      'an empty ConfigMap that nothing names',
      [build('ConfigMap', 'old')],
      [
        'configmap-empty ConfigMap old data: no keys',
        'configmap-unused ConfigMap old metadata.name: named by nothing',
      ],
    ],
    [
      'a ConfigMap that a template names, though no pod runs',
      [
        build('ConfigMap', 'settings', { data: { a: '' } }),
        deployment({}, { volumes: [{ name: 'v', configMap: { name: 'settings' } }] }),
      ],
      [],
    ],
    [
      "the control plane's own, and what a controller owns",
      [
        build('ConfigMap', 'kube-root-ca.crt', { data: { 'ca.crt': '' } }),
        build('ConfigMap', 'coredns', { metadata: { name: 'coredns', namespace: 'kube-system' } }),
        build('ConfigMap', 'made', {
          metadata: { name: 'made', ...controlledBy('Deployment', 'web') },
          data: { a: '' },
        }),
      ],
      [],
    ],
  ])('%s', (_, objects, expected) => {
    expect(remarks(objects)).toEqual(expected);
  });

  it.each([
    ['web', true],
    ['web:latest', true],
    ['registry:5000/web', true],
    ['registry:5000/web:1.2', false],
    ['web@sha256:0123', false],
    ['web:latest@sha256:0123', false],
  ])('%s floats: %s', (image, floats) => {
    expect(isFloating(image)).toBe(floats);
  });

  it('knows the size of a ConfigMap whose values it never keeps', () => {
    const map = build('ConfigMap', 'big', {
      data: { a: 'x'.repeat(900_000) },
      metadata: { name: 'big', ...controlledBy('Deployment', 'web') },
    });
    const prepared = prepareFor(KINDS.ConfigMap)(structuredClone(map));
    expect(prepared.data).toEqual({ a: '' });
    expect(remarks([prepared])).toEqual(['configmap-large ConfigMap big data: 878.9Ki']);
    const forged = { ...build('ConfigMap', 'small', { data: { a: 'x' } }), valuesLength: 5_000_000 };
    expect(prepareFor(KINDS.ConfigMap)(forged)).not.toHaveProperty('valuesLength');
  });

  it('names what it could not read, and then says nothing of what rests on it', () => {
    const store = storeOf([build('ConfigMap', 'settings', { data: { a: '' } })], { Pod: 'denied' });
    expect(reportHygiene(store)).toEqual({ rows: [], total: 0, notChecked: ['Pod'] });
  });

  it('copes with hostile objects, and bounds its answer', () => {
    const junk = [null, 5, 'x', [null], { containers: [null, { name: 5, image: {} }] }];
    const odd = junk.map((spec, index) =>
      build('Deployment', `odd-${index}`, { spec: { template: { spec } } }),
    );
    expect(() => reportHygiene(storeOf(odd))).not.toThrow();
    const many = Array.from({ length: 2000 }, (_, index) =>
      build('Deployment', `d-${index}`, { spec: { template: { spec: { containers: [{ name: 'a' }] } } } }),
    );
    const { rows, total } = reportHygiene(storeOf(many));
    expect(rows).toHaveLength(LINT_LIMIT);
    expect(total).toBe(10_000);
  });

  it('is no scenario', () => {
    expect(SCENARIOS.map(({ id }) => id)).not.toContain('lint/hygiene');
  });
});
