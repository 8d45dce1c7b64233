/** HH-K8S-004: a server that accepts connections and does not answer in time, by layer. */
import { formatDuration } from '../scenarios/words.ts';
import { serverOf, type Case, type Story } from './case.ts';

/** Codes of a connection that was never accepted: no slow server, but none at all. */
const BEFORE_TCP = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']);

/** True where TCP stands and the answer is missing; without a layer the code of the error tells. */
export function isSlow({ error, layer, details }: Case): boolean {
  if (error.code !== 'timeout') return false;
  if (layer !== undefined) return !['dns', 'tcp', 'proxy'].includes(layer);
  return !BEFORE_TCP.has(details.errno ?? '');
}

const TIME = 'Look at the load of the API server and of etcd on the control nodes.';

/** What the layer tells of a server that is too slow. */
export function slowStory({ layer, probe, details, error }: Case): Story {
  const server = serverOf(details);
  const waited = probe?.steps.find((step) => step.layer === layer)?.ms;
  const within = waited === undefined ? 'in time' : `within ${formatDuration(waited)}`;
  if (layer === 'tls') {
    return {
      says: `gets no answer: ${server} accepts connections and does not finish TLS ${within}`,
      cause:
        'TCP stands, so the network is there; what listens stalls before TLS: an overloaded server, or a device on the way that holds TLS back.',
      advice: TIME,
    };
  }
  if (layer === 'api') {
    return {
      says: `gets no answer: ${server} accepts requests and does not answer ${within}`,
      cause:
        'Even GET /version, which takes no sign-in and no etcd, gets no answer: the API server is overloaded or stuck.',
      advice: TIME,
    };
  }
  if (layer === 'auth') {
    return {
      says: `gets no answer: ${server} does not answer the sign-in ${within}`,
      cause: `It tells its version${probe?.version === undefined ? '' : ` (${probe.version})`} to strangers, so it runs; what checks credentials (a webhook, OIDC or etcd) stalls.`,
      advice: 'Look at the log of the API server for its authentication webhook and etcd.',
    };
  }
  if (layer === 'discovery') {
    return {
      says: `gets no answer: ${server} does not answer API discovery ${within}`,
      cause: 'The sign-in works; an aggregated API that is down may hold discovery back.',
      advice: 'Look for APIServices that are not Available: kubectl get apiservices.',
    };
  }
  return error.status === undefined ? {} : { advice: TIME };
}
