/** Defaults of pods and pod templates, as the API server fills them in (Kubernetes API reference, core/v1). */
import { isRecord, list, records, text } from '../../../../shared/cluster/narrow.ts';
import { fieldsIn, type Fields } from '../json.ts';
import { canonicalQuantity } from '../quantity.ts';
import type { Rule } from './rule.ts';

export const QUANTITY: Rule = { rewrite: canonicalQuantity };
/** A map of resource names to quantities. */
const RESOURCES: Rule = { within: { 'limits{}': QUANTITY, 'requests{}': QUANTITY } };

const FIELD_REF: Rule = { set: { apiVersion: 'v1' } };
const RESOURCE_FIELD_REF: Rule = { set: { divisor: '0' }, within: { divisor: QUANTITY } };
const MODE: Fields = { defaultMode: 0o644 };
const DOWNWARD_ITEM: Rule = { within: { fieldRef: FIELD_REF, resourceFieldRef: RESOURCE_FIELD_REF } };
const HTTP_GET: Rule = { set: { path: '/', scheme: 'HTTP' } };
const HANDLER: Rule = { within: { httpGet: HTTP_GET } };
const PROBE: Rule = {
  setZero: { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
  // The one field that is written even when it is empty.
  within: {
    httpGet: HTTP_GET,
    grpc: { last: (grpc) => (grpc.service == null ? { ...grpc, service: '' } : grpc) },
  },
};
const PORT: Rule = { set: { protocol: 'TCP' } };

const REFERENCE =
  /^(?:[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?\/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::(\w[\w.-]{0,127}))?(@[\w+.-]+:[0-9a-fA-F]{32,})?$/;
const LONGEST_REFERENCE = 1_000;

/** Whether an image has the tag `latest`, said or implied (no tag and no digest); what is no reference has no tag. */
function isLatest(image: string): boolean {
  const match = image.length > LONGEST_REFERENCE ? null : REFERENCE.exec(image);
  if (match === null) return false;
  const [, tag, digest] = match;
  return tag === 'latest' || (tag === undefined && digest === undefined);
}

function pullPolicyOf(image: unknown): string {
  return isLatest(text(image)) ? 'Always' : 'IfNotPresent';
}

const CONTAINER: Rule = {
  set: {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
  },
  within: {
    'ports[]': PORT,
    'env[]': {
      within: { valueFrom: { within: { fieldRef: FIELD_REF, resourceFieldRef: RESOURCE_FIELD_REF } } },
    },
    resources: RESOURCES,
    livenessProbe: PROBE,
    readinessProbe: PROBE,
    startupProbe: PROBE,
    lifecycle: { within: { postStart: HANDLER, preStop: HANDLER } },
  },
  last: (container) =>
    text(container.imagePullPolicy) === ''
      ? { ...container, imagePullPolicy: pullPolicyOf(container.image) }
      : container,
};

/** Spec of a claim, also as a template inside a pod or a StatefulSet. */
export const CLAIM_SPEC: Rule = {
  set: { volumeMode: 'Filesystem', resources: {} },
  within: { resources: RESOURCES },
};

const PROJECTION: Rule = {
  within: {
    serviceAccountToken: { set: { expirationSeconds: 3600 } },
    downwardAPI: { within: { 'items[]': DOWNWARD_ITEM } },
  },
};

const VOLUME: Rule = {
  first: (volume) =>
    Object.keys(volume).every((field) => field === 'name' || volume[field] == null)
      ? { name: volume.name, emptyDir: {} }
      : volume,
  within: {
    emptyDir: { within: { sizeLimit: QUANTITY } },
    secret: { set: MODE },
    configMap: { set: MODE },
    downwardAPI: { set: MODE, within: { 'items[]': DOWNWARD_ITEM } },
    projected: { set: MODE, within: { 'sources[]': PROJECTION } },
    hostPath: { last: (source) => (source.type == null ? { ...source, type: '' } : source) },
    image: {
      last: (source) =>
        text(source.pullPolicy) === '' ? { ...source, pullPolicy: pullPolicyOf(source.reference) } : source,
    },
    iscsi: { set: { iscsiInterface: 'default' } },
    rbd: { set: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' } },
    ephemeral: { within: { volumeClaimTemplate: { set: { metadata: {} }, within: { spec: CLAIM_SPEC } } } },
  },
};

/** `serviceAccount` is the old name of `serviceAccountName`; the server answers with both. */
function mirrorServiceAccount(spec: Fields): Fields {
  const name = text(spec.serviceAccountName) || text(spec.serviceAccount);
  if (name === '' || (spec.serviceAccountName === name && spec.serviceAccount === name)) return spec;
  return { ...spec, serviceAccountName: name, serviceAccount: name };
}

/** With host networking, each container port is the host's port too. */
function fillHostPorts(containers: unknown): unknown {
  if (!Array.isArray(containers)) return containers;
  return containers.map((container: unknown) => {
    if (!isRecord(container) || !Array.isArray(container.ports)) return container;
    const ports = list(container.ports).map((port) =>
      isRecord(port) && !port.hostPort ? { ...port, hostPort: port.containerPort } : port,
    );
    return { ...container, ports };
  });
}

function needsHostPorts(containers: unknown): boolean {
  return records(containers).some((container) => records(container.ports).some((port) => !port.hostPort));
}

function useHostPorts(spec: Fields): Fields {
  if (spec.hostNetwork !== true) return spec;
  if (!needsHostPorts(spec.containers) && !needsHostPorts(spec.initContainers)) return spec;
  return {
    ...spec,
    containers: fillHostPorts(spec.containers),
    ...(spec.initContainers === undefined ? {} : { initContainers: fillHostPorts(spec.initContainers) }),
  };
}

const POD_SPEC: Rule = {
  set: {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  },
  within: {
    'containers[]': CONTAINER,
    'initContainers[]': CONTAINER,
    'ephemeralContainers[]': CONTAINER,
    'volumes[]': VOLUME,
    'overhead{}': QUANTITY,
    resources: RESOURCES,
  },
  first: mirrorServiceAccount,
};

/** A template inside a workload: its metadata is written even when it is empty. */
export const POD_TEMPLATE: Rule = { set: { metadata: {}, spec: {} }, within: { spec: POD_SPEC } };

/** Requests default to limits, in pods only (not in templates). */
function requestsFromLimits(container: Fields): Fields {
  const limits = fieldsIn(fieldsIn(container.resources)?.limits);
  if (limits === undefined) return container;
  const requests = fieldsIn(fieldsIn(container.resources)?.requests) ?? {};
  if (Object.keys(limits).every((name) => Object.hasOwn(requests, name))) return container;
  return {
    ...container,
    resources: { ...fieldsIn(container.resources), limits, requests: { ...limits, ...requests } },
  };
}

const POD_CONTAINER: Rule = { ...CONTAINER, first: requestsFromLimits };

export const POD: Rule = {
  set: { spec: {}, status: {} },
  within: {
    spec: {
      ...POD_SPEC,
      set: { ...POD_SPEC.set },
      within: { ...POD_SPEC.within, 'containers[]': POD_CONTAINER, 'initContainers[]': POD_CONTAINER },
      last: (spec) => {
        const linked = spec.enableServiceLinks == null ? { ...spec, enableServiceLinks: true } : spec;
        return useHostPorts(linked);
      },
    },
  },
};
