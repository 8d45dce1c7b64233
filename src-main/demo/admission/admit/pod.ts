/** What admission adds to a new pod: its service account with a token, tolerations, priority and quality of service. */
import { isRecord, list, record, records, text } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject, StoredObject } from '../../model.ts';
import type { Registry } from '../../registry/contract.ts';
import { numberIn, withValue, type Fields } from '../json.ts';
import { qosClassOf } from '../pod-resources.ts';
import { pathSegment } from '../validation/names.ts';
import { isFor, refuse, type Admit, type ObjectRequest } from './request.ts';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
const SUFFIX_CHARACTERS = 'bcdfghjklmnpqrstvwxz2456789';
/** An hour and seven seconds: what a pod's own token is known by. */
const TOKEN_LIFE_S = 3_607;
const EVICTION_DELAY_S = 300;

function makesPod(request: ObjectRequest): boolean {
  return request.operation === 'create' && isFor(request, '', 'pods');
}

function withSpec(pod: DraftObject, spec: Fields): DraftObject {
  return { ...pod, spec };
}

function randomSuffix(registry: Registry): string {
  const pick = (): string =>
    SUFFIX_CHARACTERS.charAt(Math.floor(registry.random() * SUFFIX_CHARACTERS.length));
  return pick() + pick() + pick() + pick() + pick();
}

function tokenVolume(name: string): Fields {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: TOKEN_LIFE_S, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
      defaultMode: 0o644,
    },
  };
}

/** Mounts the token into every container that has nothing else at its path. */
function mountToken(spec: Fields, registry: Registry): Fields {
  const volumes = list(spec.volumes);
  const present = records(spec.volumes)
    .map((volume) => text(volume.name))
    .find((name) => name.startsWith(VOLUME_PREFIX));
  const name = present ?? VOLUME_PREFIX + randomSuffix(registry);
  const mount = { name, readOnly: true, mountPath: TOKEN_PATH };
  const isMounted = (container: Fields): boolean =>
    records(container.volumeMounts).some(({ mountPath }) => mountPath === TOKEN_PATH);
  const needed = [...records(spec.containers), ...records(spec.initContainers)].some(
    (each) => !isMounted(each),
  );
  const mounted = (containers: unknown): readonly unknown[] =>
    list(containers).map((container) => {
      if (!isRecord(container) || isMounted(container)) return container;
      return { ...container, volumeMounts: [...list(container.volumeMounts), mount] };
    });
  const containers = mounted(spec.containers);
  const initContainers = spec.initContainers === undefined ? undefined : mounted(spec.initContainers);
  return {
    ...spec,
    containers,
    ...(initContainers === undefined ? {} : { initContainers }),
    ...(needed && present === undefined ? { volumes: [...volumes, tokenVolume(name)] } : {}),
  };
}

function mountsToken(account: StoredObject, spec: Fields): boolean {
  const wish = spec.automountServiceAccountToken ?? account.automountServiceAccountToken;
  return wish !== false;
}

/** Gives a pod its service account, the account's pull secrets and its token. 403 if the account is missing. */
export const admitServiceAccount: Admit = (request, registry) => {
  const { object: pod, namespace = '' } = request;
  if (!makesPod(request)) return pod;
  const given = record(pod.spec);
  const name = text(given.serviceAccountName) || 'default';
  const account = registry.find(registry.catalogue.builtIn('v1', 'ServiceAccount'), namespace, name);
  if (account === undefined) {
    const [fault] = pathSegment(name);
    const missing = `serviceaccount "${name}" not found`;
    const why = fault === undefined ? missing : `invalid resource name "${name}": [${fault}]`;
    throw refuse(request, `error looking up service account ${namespace}/${name}: ${why}`);
  }
  const named = { ...given, serviceAccountName: name, serviceAccount: name };
  const spec = mountsToken(account, given) ? mountToken(named, registry) : named;
  const secrets = records(account.imagePullSecrets).map((secret) => ({ name: secret.name }));
  const lacks = list(given.imagePullSecrets).length === 0 && secrets.length > 0;
  return withSpec(pod, lacks ? { ...spec, imagePullSecrets: secrets } : spec);
};

const TOLERATED = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

function tolerates(tolerations: readonly Fields[], taint: string): boolean {
  return tolerations.some(({ key, effect }) => {
    const keyed = key === taint || text(key) === '';
    return keyed && (effect === 'NoExecute' || text(effect) === '');
  });
}

/** A pod stays five minutes on a node that is not ready or unreachable, unless it says otherwise. */
export const admitTolerations: Admit = (request) => {
  const { object: pod } = request;
  if (!isFor(request, '', 'pods')) return pod;
  const spec = record(pod.spec);
  const present = records(spec.tolerations);
  const added = TOLERATED.filter((taint) => !tolerates(present, taint)).map((key) => ({
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: EVICTION_DELAY_S,
  }));
  return added.length === 0
    ? pod
    : withSpec(pod, { ...spec, tolerations: [...list(spec.tolerations), ...added] });
};

function globalDefault(registry: Registry): StoredObject | undefined {
  const classes = registry.list(registry.catalogue.builtIn('scheduling.k8s.io/v1', 'PriorityClass'));
  return classes
    .filter((candidate) => candidate.globalDefault === true)
    .sort((left, right) => Number(left.value) - Number(right.value))[0];
}

/** Puts the class's value into the pod. 403 if the class is missing or the pod brings another value. */
export const admitPriority: Admit = (request, registry) => {
  const { object: pod, old } = request;
  if (!isFor(request, '', 'pods')) return pod;
  const spec = record(pod.spec);
  if (request.operation === 'update') {
    const before = record(old?.spec);
    const kept: Record<string, unknown> = {};
    for (const field of ['priority', 'preemptionPolicy']) {
      if (spec[field] == null && before[field] != null) kept[field] = before[field];
    }
    return Object.keys(kept).length === 0 ? pod : withSpec(pod, { ...spec, ...kept });
  }
  const wanted = text(spec.priorityClassName);
  const classes = registry.catalogue.builtIn('scheduling.k8s.io/v1', 'PriorityClass');
  const found = wanted === '' ? globalDefault(registry) : registry.find(classes, undefined, wanted);
  if (wanted !== '' && found === undefined)
    throw refuse(request, `no PriorityClass with name ${wanted} was found`);
  const priority = typeof found?.value === 'number' ? found.value : 0;
  const policy = text(found?.preemptionPolicy) || 'PreemptLowerPriority';
  checkGiven(request, spec, priority, policy);
  return withSpec(pod, {
    ...spec,
    ...(found === undefined ? {} : { priorityClassName: found.metadata.name }),
    priority,
    preemptionPolicy: policy,
  });
};

function checkGiven(request: ObjectRequest, spec: Fields, priority: number, policy: string): void {
  if (typeof spec.priority === 'number' && spec.priority !== priority) {
    const sentence = `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`;
    throw refuse(request, sentence);
  }
  const given = text(spec.preemptionPolicy);
  if (given !== '' && given !== policy) {
    const sentence = `the string value of PreemptionPolicy (${given}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`;
    throw refuse(request, sentence);
  }
}

/** A new pod waits; how well it is treated under pressure follows from its resources. */
export const admitPodStatus: Admit = (request) => {
  const { object: pod } = request;
  if (!makesPod(request)) return pod;
  const spec = record(pod.spec);
  if (spec.runtimeClassName == null && Object.keys(record(spec.overhead)).length > 0)
    throw refuse(
      request,
      'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    );
  const status: Record<string, unknown> = { phase: 'Pending', qosClass: qosClassOf(spec) };
  if (list(record(pod.spec).schedulingGates).length > 0) {
    status.conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
        lastProbeTime: null,
        lastTransitionTime: null,
      },
    ];
  }
  // What cannot be is taken for the least that can.
  const grace = numberIn(spec.terminationGracePeriodSeconds) ?? 0;
  const patient = grace < 0 ? withValue(pod, ['spec', 'terminationGracePeriodSeconds'], 1) : pod;
  return { ...patient, status };
};
