/** Admission: namespaces, service accounts, priorities and tolerations, in the sentences of kube-apiserver 1.35.4. */
import { describe, expect, it } from 'vitest';
import { list, record, records } from '../../../../shared/cluster/narrow.ts';
import { admit } from '../../../../src-main/demo/admission/admit.ts';
import { createStubRegistry, resourceFor } from './stub-registry.ts';
import { messageOf, NAMESPACE, pod, refused, world, write, WRITE } from './write-path.ts';

describe('namespaces', () => {
  it('must exist', () => {
    const { code, message, details } = refused(() => write(createStubRegistry(), pod()));
    expect([code, message, details]).toEqual([
      404,
      `namespaces "${NAMESPACE}" not found`,
      { name: NAMESPACE, kind: 'namespaces' },
    ]);
  });

  it('take nothing new while they are terminating, but let go', () => {
    const registry = world();
    registry.put({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE },
      status: { phase: 'Terminating' },
    });
    const { code, message, details } = refused(() => write(registry, pod()));
    expect(code).toBe(403);
    expect(message).toBe(
      `pods "p" is forbidden: unable to create new content in namespace ${NAMESPACE} because it is being terminated`,
    );
    expect(details?.causes).toEqual([
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${NAMESPACE} is being terminated`,
        field: 'metadata.namespace',
      },
    ]);
    const resource = resourceFor('v1', 'Pod');
    const deletion = {
      operation: 'delete',
      resource,
      namespace: NAMESPACE,
      name: 'p',
      context: WRITE,
    } as const;
    expect(admit(deletion, registry)).toBeUndefined();
  });

  it.each(['default', 'kube-system', 'kube-public'])('%s may not be deleted', (name) => {
    const resource = resourceFor('v1', 'Namespace');
    const request = { operation: 'delete', resource, name, context: WRITE } as const;
    expect(messageOf(() => admit(request, world()))).toBe(
      `namespaces "${name}" is forbidden: this namespace may not be deleted`,
    );
  });
});

describe('service accounts', () => {
  it('must exist; a name that was made is told as it was asked for', () => {
    const sentence = `is forbidden: error looking up service account ${NAMESPACE}/nope: serviceaccount "nope" not found`;
    expect(messageOf(() => write(world(), pod({ serviceAccountName: 'nope' })))).toBe(`pods "p" ${sentence}`);
    const generated = pod({ serviceAccountName: 'nope' }, { name: 'a-bbbbb', generateName: 'a-' });
    expect(messageOf(() => write(world(), generated))).toBe(`pods "a-" ${sentence}`);
  });

  it('may keep their token to themselves, and hand on pull secrets', () => {
    const account = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'quiet', namespace: NAMESPACE },
      automountServiceAccountToken: false,
      imagePullSecrets: [{ name: 'registry' }],
    };
    const { spec } = write(world(account), pod({ serviceAccountName: 'quiet' }));
    expect(record(spec).volumes).toBeUndefined();
    expect(record(spec).imagePullSecrets).toEqual([{ name: 'registry' }]);
    const asked = write(
      world(account),
      pod({ serviceAccountName: 'quiet', automountServiceAccountToken: true }),
    );
    expect(list(record(asked.spec).volumes)).toHaveLength(1);
  });

  it('do not mount a token over what is at its path', () => {
    const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
    const containers = [{ name: 'c', image: 'x', volumeMounts: [{ name: 'own', mountPath }] }];
    const { spec } = write(world(), pod({ containers, volumes: [{ name: 'own', emptyDir: {} }] }));
    expect(list(record(spec).volumes)).toHaveLength(1);
  });
});

describe('priorities', () => {
  const high = {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'high' },
    value: 1000,
  };

  it('come from the class', () => {
    const named = write(world({ ...high, preemptionPolicy: 'Never' }), pod({ priorityClassName: 'high' }));
    expect(record(named.spec)).toMatchObject({ priority: 1000, preemptionPolicy: 'Never' });
    const byDefault = write(world({ ...high, globalDefault: true }), pod());
    expect(record(byDefault.spec)).toMatchObject({ priority: 1000, priorityClassName: 'high' });
  });

  it('are refused without a class, or against it', () => {
    expect(messageOf(() => write(world(), pod({ priorityClassName: 'nope' })))).toBe(
      'pods "p" is forbidden: no PriorityClass with name nope was found',
    );
    expect(messageOf(() => write(world(), pod({ priority: 5 })))).toBe(
      'pods "p" is forbidden: the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    );
  });
});

describe('tolerations', () => {
  it('of five minutes are added for what the pod does not tolerate itself', () => {
    const own = {
      key: 'node.kubernetes.io/not-ready',
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 5,
    };
    const { spec } = write(world(), pod({ tolerations: [own] }));
    expect(
      records(record(spec).tolerations).map(({ key, tolerationSeconds }) => [key, tolerationSeconds]),
    ).toEqual([
      ['node.kubernetes.io/not-ready', 5],
      ['node.kubernetes.io/unreachable', 300],
    ]);
    const everything = write(world(), pod({ tolerations: [{ operator: 'Exists' }] }));
    expect(list(record(everything.spec).tolerations)).toHaveLength(1);
  });
});
