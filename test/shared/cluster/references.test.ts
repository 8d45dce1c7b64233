/** Every reference to a ConfigMap or Secret in a pod spec, and none in anything malformed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referencesOf } from '../../../shared/cluster/references.ts';
import type { PodSpec } from '../../../shared/model/kube.ts';

describe('referencesOf', () => {
  it('finds all forms with key, optional flag, container and path', () => {
    const spec = {
      initContainers: [{ name: 'init', envFrom: [{ secretRef: { name: 'init-secret', optional: true } }] }],
      containers: [
        {
          name: 'main',
          env: [
            { name: 'PLAIN', value: 'x' },
            { name: 'HOST', valueFrom: { configMapKeyRef: { name: 'app', key: 'host' } } },
            {
              name: 'PASSWORD',
              valueFrom: { secretKeyRef: { name: 'db', key: 'password', optional: true } },
            },
            { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          ],
          envFrom: [{ configMapRef: { name: 'env' } }],
        },
      ],
      volumes: [
        { name: 'empty', emptyDir: {} },
        { name: 'config', configMap: { name: 'files', items: [{ key: 'a.yaml' }, { key: 'b.yaml' }] } },
        { name: 'whole', configMap: { name: 'whole' } },
        { name: 'tls', secret: { secretName: 'tls', optional: false } },
        {
          name: 'all',
          projected: {
            sources: [
              { serviceAccountToken: { path: 't' } },
              { configMap: { name: 'ca', items: [{ key: 'ca.crt' }] } },
              { secret: { name: 'key' } },
            ],
          },
        },
        { name: 'share', azureFile: { secretName: 'azure' } },
        { name: 'block', csi: { nodePublishSecretRef: { name: 'csi' } } },
      ],
      imagePullSecrets: [{ name: 'registry' }, {}],
    } as unknown as PodSpec;
    expect(referencesOf(spec, 'spec.template.spec')).toEqual([
      {
        kind: 'Secret',
        name: 'init-secret',
        optional: true,
        use: 'envFrom',
        container: 'init',
        path: 'spec.template.spec.initContainers[init].envFrom[0].secretRef',
      },
      {
        kind: 'ConfigMap',
        name: 'app',
        key: 'host',
        optional: false,
        use: 'env',
        container: 'main',
        path: 'spec.template.spec.containers[main].env[HOST].valueFrom.configMapKeyRef',
      },
      {
        kind: 'Secret',
        name: 'db',
        key: 'password',
        optional: true,
        use: 'env',
        container: 'main',
        path: 'spec.template.spec.containers[main].env[PASSWORD].valueFrom.secretKeyRef',
      },
      {
        kind: 'ConfigMap',
        name: 'env',
        optional: false,
        use: 'envFrom',
        container: 'main',
        path: 'spec.template.spec.containers[main].envFrom[0].configMapRef',
      },
      {
        kind: 'ConfigMap',
        name: 'files',
        key: 'a.yaml',
        optional: false,
        use: 'volume',
        path: 'spec.template.spec.volumes[config].configMap.items[0]',
      },
      {
        kind: 'ConfigMap',
        name: 'files',
        key: 'b.yaml',
        optional: false,
        use: 'volume',
        path: 'spec.template.spec.volumes[config].configMap.items[1]',
      },
      {
        kind: 'ConfigMap',
        name: 'whole',
        optional: false,
        use: 'volume',
        path: 'spec.template.spec.volumes[whole].configMap',
      },
      {
        kind: 'Secret',
        name: 'tls',
        optional: false,
        use: 'volume',
        path: 'spec.template.spec.volumes[tls].secret',
      },
      {
        kind: 'ConfigMap',
        name: 'ca',
        key: 'ca.crt',
        optional: false,
        use: 'volume',
        path: 'spec.template.spec.volumes[all].projected.sources[1].configMap.items[0]',
      },
      {
        kind: 'Secret',
        name: 'key',
        optional: false,
        use: 'volume',
        path: 'spec.template.spec.volumes[all].projected.sources[2].secret',
      },
      {
        kind: 'Secret',
        name: 'azure',
        optional: false,
        use: 'volume',
        path: 'spec.template.spec.volumes[share].azureFile.secretName',
      },
      {
        kind: 'Secret',
        name: 'csi',
        optional: false,
        use: 'volume',
        path: 'spec.template.spec.volumes[block].csi.nodePublishSecretRef',
      },
      {
        kind: 'Secret',
        name: 'registry',
        optional: false,
        use: 'imagePullSecrets',
        path: 'spec.template.spec.imagePullSecrets[0]',
      },
    ]);
  });

  it('names entries without a name by their place', () => {
    const spec = {
      containers: [{ env: [{ valueFrom: { secretKeyRef: { name: 'db', key: 'k' } } }] }],
      volumes: [{}, { secret: { secretName: 'tls' } }],
    } as unknown as PodSpec;
    expect(referencesOf(spec).map(({ path, container }) => [path, container])).toEqual([
      ['spec.containers[0].env[0].valueFrom.secretKeyRef', undefined],
      ['spec.volumes[1].secret', undefined],
    ]);
  });

  it('finds nothing and throws nothing in malformed specs', () => {
    const part = fc.oneof(
      fc.anything(),
      fc.array(fc.anything()),
      fc.array(
        fc.dictionary(
          fc.constantFrom('env', 'envFrom', 'configMap', 'secret', 'projected', 'name'),
          fc.anything(),
        ),
      ),
    );
    fc.assert(
      fc.property(part, part, part, (containers, volumes, imagePullSecrets) => {
        const found = referencesOf({ containers, volumes, imagePullSecrets } as never);
        expect(found.every(({ name }) => typeof name === 'string' && name !== '')).toBe(true);
      }),
    );
    expect(referencesOf(undefined)).toEqual([]);
    expect(referencesOf(null as never)).toEqual([]);
  });
});
