/** Gets the image of a container onto its node: pull policy, secrets, errors and back-off as the kubelet's image manager. */
import { goDuration } from './back-off.ts';
import type { Container } from './container.ts';
import type { KubeletContext } from './context.ts';
import { valuesOf } from './environment.ts';
import { parseImage } from './image-reference.ts';
import type { Credentials, FoundImage } from './images.ts';
import type { Pod } from './pod-types.ts';

/** `busy`: call again when it calls back; `waiting`: the container's state says why. */
export type PullProgress = { readonly image: FoundImage } | 'busy' | 'waiting';

const MIB_PER_SECOND = 150;

function credentialsOf({ registry }: KubeletContext, pod: Pod): Credentials {
  const accounts = registry.catalogue.builtIn('v1', 'ServiceAccount');
  const { namespace } = pod.metadata;
  return (host) => {
    const account = registry.find(accounts, namespace, pod.spec.serviceAccountName ?? 'default');
    const more =
      (account as { imagePullSecrets?: readonly { name?: string }[] } | undefined)?.imagePullSecrets ?? [];
    return [...(pod.spec.imagePullSecrets ?? []), ...more].flatMap(({ name = '' }) => {
      const config = valuesOf(registry, 'Secret', namespace, name)?.['.dockerconfigjson'];
      return config === undefined ? [] : credentialsIn(config, host);
    });
  };
}

function credentialsIn(config: string, host: string): { username: string; password: string }[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(config);
  } catch {
    return [];
  }
  const auths =
    (parsed as { auths?: Record<string, { username?: unknown; password?: unknown; auth?: unknown }> } | null)
      ?.auths ?? {};
  return Object.entries(auths)
    .filter(([name]) => name.replace(/^https?:\/\//, '').replace(/\/.*$/, '') === host)
    .map(([, { username, password, auth }]) => {
      const [user = '', ...rest] =
        typeof auth === 'string' ? Buffer.from(auth, 'base64').toString().split(':') : [];
      return {
        username: typeof username === 'string' ? username : user,
        password: typeof password === 'string' ? password : rest.join(':'),
      };
    });
}

function wait(container: Container, reason: string, message: string): 'waiting' {
  container.state = { waiting: { reason, message } };
  return 'waiting';
}

/** One attempt of the kubelet to have the image; `again` is called when a pull has come to its end. */
export function ensureImage(
  context: KubeletContext,
  pod: Pod,
  container: Container,
  again: () => void,
): PullProgress {
  const { spec, fieldPath } = container;
  const { image } = spec;
  const warn = (reason: string, message: string): void => {
    context.record(pod, { type: 'Warning', reason, message, fieldPath });
  };
  const parsed = parseImage(image);
  if ('invalid' in parsed) {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${parsed.invalid}`;
    warn('InspectFailed', message);
    warn('Failed', 'Error: InvalidImageName');
    return wait(container, 'InvalidImageName', message);
  }
  const node = pod.spec.nodeName ?? '';
  const policy = spec.imagePullPolicy ?? 'IfNotPresent';
  const preloaded = context.images.preloaded(image);
  const isPresent = preloaded !== undefined || context.holdsImage(node, parsed.full);
  if (policy === 'Never' && !isPresent) {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    warn('ErrImageNeverPull', message);
    warn('Failed', 'Error: ErrImageNeverPull');
    return wait(container, 'ErrImageNeverPull', message);
  }
  const nameserver = context.network.nameserver();
  const pull = (): ReturnType<typeof context.images.pull> =>
    context.images.pull(image, credentialsOf(context, pod), nameserver);
  if (isPresent && policy !== 'Always') {
    const present = preloaded === undefined ? pull() : { image: preloaded };
    if ('image' in present) {
      const message = `Container image "${image}" already present on machine and can be accessed by the pod`;
      context.record(pod, { type: 'Normal', reason: 'Pulled', message, fieldPath });
      return present;
    }
  }
  if (container.isPulling) return 'busy';
  return startPull(context, pod, container, { parsed, pull, again });
}

function startPull(
  context: KubeletContext,
  pod: Pod,
  container: Container,
  {
    parsed,
    pull,
    again,
  }: {
    parsed: { full: string };
    pull: () => ReturnType<KubeletContext['images']['pull']>;
    again: () => void;
  },
): PullProgress {
  const { clock } = context;
  const { fieldPath, spec, pulls } = container;
  const { image } = spec;
  if (pulls.leftMs(pulls.lastUpdateMs, clock.now()) > 0) {
    context.record(pod, {
      type: 'Normal',
      reason: 'BackOff',
      message: `Back-off pulling image "${image}"`,
      fieldPath,
    });
    context.record(pod, { type: 'Warning', reason: 'Failed', message: 'Error: ImagePullBackOff', fieldPath });
    return wait(
      container,
      'ImagePullBackOff',
      `Back-off pulling image "${image}": ErrImagePull: ${container.pullError}`,
    );
  }
  context.record(pod, { type: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"`, fieldPath });
  const result = pull();
  const isKnown = context.holdsImage(pod.spec.nodeName ?? '', parsed.full);
  const tookMs =
    'error' in result
      ? 400
      : isKnown
        ? 200
        : 200 + ((result.image.row.sizeMiB ?? 30) / MIB_PER_SECOND) * 1000;
  container.isPulling = true;
  clock.after(tookMs, () => {
    container.isPulling = false;
    const end = pull();
    if ('error' in end) {
      container.pullError = end.error;
      pulls.next(clock.now(), clock.now());
      context.record(pod, {
        type: 'Warning',
        reason: 'Failed',
        message: `Failed to pull image "${image}": ${end.error}`,
        fieldPath,
      });
      context.record(pod, { type: 'Warning', reason: 'Failed', message: 'Error: ErrImagePull', fieldPath });
      container.state = { waiting: { reason: 'ErrImagePull', message: end.error } };
    } else {
      const took =
        tookMs < 1000 ? `${Math.round(tookMs)}ms` : `${(tookMs / 1000).toFixed(3).replace(/\.?0+$/, '')}s`;
      const message = `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${end.image.sizeBytes} bytes.`;
      context.record(pod, { type: 'Normal', reason: 'Pulled', message, fieldPath });
      context.noteImage(pod.spec.nodeName ?? '', parsed.full);
      container.pulled = end.image;
    }
    again();
  });
  return 'busy';
}

/** The message of CrashLoopBackOff. */
export function crashLoopMessage(container: Container, fullName: string): string {
  return `back-off ${goDuration(container.restarts.delayMs)} restarting failed container=${container.spec.name} pod=${fullName}`;
}
