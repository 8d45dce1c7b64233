/** What a container needs before it starts: ConfigMaps, Secrets, volumes, images; and how a pod recovers once it is there. */
import { describe, expect, it } from 'vitest';
import { createImages } from '../../../../src-main/demo/kubelet/images.ts';
import { parseImage } from '../../../../src-main/demo/kubelet/image-reference.ts';
import { createCluster, podOf } from './cluster.ts';

const SLEEP = '[sleep, "3600"]';
const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: app-config }\ndata: { LOG_LEVEL: info }\n';

describe('configuration that is missing', () => {
  it.each([
    [
      'env: [{ name: A, valueFrom: { configMapKeyRef: { name: nope, key: a } } }]',
      'configmap "nope" not found',
    ],
    ['env: [{ name: A, valueFrom: { secretKeyRef: { name: nope, key: a } } }]', 'secret "nope" not found'],
    ['envFrom: [{ configMapRef: { name: nope } }]', 'configmap "nope" not found'],
    [
      'env: [{ name: A, valueFrom: { configMapKeyRef: { name: app-config, key: url } } }]',
      "couldn't find key url in ConfigMap test/app-config",
    ],
  ])('%s', (container, message) => {
    const cluster = createCluster();
    cluster.apply(CONFIG);
    cluster.apply(podOf('web', SLEEP, container));
    cluster.pass(30);
    expect(cluster.pod('web').status?.phase).toBe('Pending');
    expect(cluster.container('web').state).toEqual({
      waiting: { reason: 'CreateContainerConfigError', message },
    });
    expect(cluster.events('web')).toContainEqual(
      expect.objectContaining({ reason: 'Failed', message: `Error: ${message}` }),
    );
  });

  it.each([
    ['configMap: { name: nope }', 'configmap "nope" not found'],
    ['secret: { secretName: nope }', 'secret "nope" not found'],
    [
      'configMap: { name: app-config, items: [{ key: url, path: url }] }',
      'configmap references non-existent config key: url',
    ],
  ])('as a volume: %s', (volume, error) => {
    const cluster = createCluster();
    cluster.apply(CONFIG);
    cluster.apply(
      podOf(
        'web',
        SLEEP,
        'volumeMounts: [{ name: config, mountPath: /etc/app }]',
        `volumes: [{ name: config, ${volume} }]`,
      ),
    );
    cluster.pass(30);
    expect(cluster.container('web').state).toEqual({ waiting: { reason: 'ContainerCreating' } });
    const message = `MountVolume.SetUp failed for volume "config" : ${error}`;
    expect(cluster.events('web')).toContainEqual(expect.objectContaining({ reason: 'FailedMount', message }));
  });

  it('is no fault where it is optional', () => {
    const cluster = createCluster();
    cluster.apply(podOf('web', SLEEP, 'envFrom: [{ configMapRef: { name: nope, optional: true } }]'));
    cluster.pass(5);
    expect(cluster.condition('web', 'Ready')).toBe('True');
  });

  it('is cured by the object, and its values arrive', () => {
    const cluster = createCluster();
    cluster.apply(
      podOf(
        'web',
        SLEEP,
        'envFrom: [{ configMapRef: { name: app-config } }], volumeMounts: [{ name: c, mountPath: /etc/app }]',
        'volumes: [{ name: c, configMap: { name: app-config } }]',
      ),
    );
    cluster.pass(20);
    expect(cluster.condition('web', 'Ready')).toBe('False');
    cluster.apply(CONFIG);
    cluster.pass(5);
    expect(cluster.condition('web', 'Ready')).toBe('True');
    expect(cluster.exec('web', 'sh', '-c', 'echo $LOG_LEVEL; cat /etc/app/LOG_LEVEL').output).toBe(
      'info\ninfo',
    );
  });

  it('runAsNonRoot refuses an image that runs as root', () => {
    const cluster = createCluster();
    cluster.apply(podOf('web', SLEEP, 'securityContext: { runAsNonRoot: true }'));
    cluster.pass(5);
    const { uid } = cluster.pod('web').metadata;
    const message = `container has runAsNonRoot and image will run as root (pod: "web_test(${uid})", container: app)`;
    expect(cluster.container('web').state).toEqual({
      waiting: { reason: 'CreateContainerConfigError', message },
    });
  });
});

function imagePod(image: string, more = ''): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec:\n  containers: [{ name: app, image: '${image}'${more} }]\n`;
}

describe('images', () => {
  it.each([
    [
      'nginx:1.161',
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.161": failed to resolve reference "docker.io/library/nginx:1.161": docker.io/library/nginx:1.161: not found',
    ],
    [
      'registry.example.invalid/team/app:1.0',
      'failed to pull and unpack image "registry.example.invalid/team/app:1.0": failed to resolve reference "registry.example.invalid/team/app:1.0": failed to do request: Head "https://registry.example.invalid/v2/team/app/manifests/1.0": dial tcp: lookup registry.example.invalid on 10.96.0.10:53: no such host',
    ],
  ])('cannot be pulled: %s', (image, error) => {
    const cluster = createCluster();
    cluster.apply(imagePod(image));
    cluster.pass(2);
    expect(cluster.container('web').state).toEqual({ waiting: { reason: 'ErrImagePull', message: error } });
    cluster.pass(15);
    expect(cluster.container('web').state).toEqual({
      waiting: {
        reason: 'ImagePullBackOff',
        message: `Back-off pulling image "${image}": ErrImagePull: ${error}`,
      },
    });
    const said = cluster.events('web').map(({ reason, message }) => `${reason}: ${message}`);
    expect(said).toEqual(
      expect.arrayContaining([
        `Pulling: Pulling image "${image}"`,
        `Failed: Failed to pull image "${image}": ${error}`,
        'Failed: Error: ErrImagePull',
        `BackOff: Back-off pulling image "${image}"`,
        'Failed: Error: ImagePullBackOff',
      ]),
    );
  });

  it.each([
    [
      'hedgerow.test/absent:1.0',
      ', imagePullPolicy: Never',
      'ErrImageNeverPull',
      'Container image "hedgerow.test/absent:1.0" is not present with pull policy of Never',
    ],
    [
      'Registry.Test/App:1:2',
      '',
      'InvalidImageName',
      'Failed to apply default image tag "Registry.Test/App:1:2": couldn\'t parse image name "Registry.Test/App:1:2": invalid reference format: repository name (App) must be lowercase',
    ],
  ])('are refused before a pull: %s', (image, more, reason, message) => {
    const cluster = createCluster();
    cluster.apply(imagePod(image, more));
    cluster.pass(5);
    expect(cluster.container('web').state).toEqual({ waiting: { reason, message } });
  });

  it.each([
    'nginx',
    'nginx:1.27-alpine',
    'httpd:2.4',
    'redis:7',
    'registry.k8s.io/pause:3.10',
    'alpine:3.20',
    'curlimages/curl:8.10.1',
  ])('that people know exist: %s', (image) => {
    expect(createImages([]).pull(image, () => [], '10.96.0.10')).toHaveProperty('image');
  });

  it.each(['nginx:1.161', 'nginx:1.26'])('may be changed in a pod: from %s', (image) => {
    const cluster = createCluster();
    cluster.apply(imagePod(image));
    cluster.pass(60);
    cluster.change('Pod', 'web', (object) => {
      const { spec } = cluster.pod('web');
      return {
        ...object,
        spec: { ...spec, containers: spec.containers.map((each) => ({ ...each, image: 'nginx:1.27' })) },
      };
    });
    cluster.pass(10);
    expect(cluster.container('web')).toMatchObject({ ready: true, image: 'docker.io/library/nginx:1.27' });
    expect(cluster.pod('web').status?.observedGeneration).toBe(2);
  });

  it('of a private repository need the right secret', () => {
    const images = createImages([
      {
        repository: 'reg.test/a/b',
        tags: ['1.*'],
        credentials: { username: 'u', password: 'p' },
        program: { command: ['/b'] },
      },
    ]);
    const pull = (offered: { username: string; password: string }[]): unknown =>
      images.pull('reg.test/a/b:1.4', () => offered, '10.96.0.10');
    expect(pull([])).toMatchObject({
      error: expect.stringMatching(/failed to fetch anonymous token.*401 Unauthorized$/) as string,
    });
    expect(pull([{ username: 'u', password: 'old' }])).toMatchObject({
      error: expect.stringMatching(/failed to fetch oauth token.*401 Unauthorized$/) as string,
    });
    expect(pull([{ username: 'u', password: 'p' }])).toHaveProperty('image');
    expect(images.pull('reg.test/a/b:2.0', () => [{ username: 'u', password: 'p' }], '')).toMatchObject({
      error: expect.stringMatching(/reg\.test\/a\/b:2\.0: not found$/) as string,
    });
  });

  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['localhost:5000/a:1', 'localhost:5000/a:1'],
    ['team/app:2', 'docker.io/team/app:2'],
  ])('are named in full: %s', (image, full) => {
    expect(parseImage(image)).toMatchObject({ full });
  });
});
