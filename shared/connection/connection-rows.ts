/** One table from the codes of errors to the scenario of a connection finding. */
import type { ErrorCode } from '../errors.ts';
import type { Severity } from '../model/finding.ts';
import { serverOf, userOf, type Case, type Details, type Story } from './case.ts';
import { foreignStory } from './foreign-story.ts';
import { pluginStory } from './plugin-story.ts';
import { signInStory } from './sign-in-story.ts';
import { isSlow, slowStory } from './slow-story.ts';
import { tlsStory } from './tls-story.ts';
import { isGateway, unreachableStory } from './unreachable-story.ts';

export interface Row {
  /** Catalogue id. */
  readonly scenario: string;
  readonly severity: Severity;
  /** The predicate after `Fabric prod`. */
  readonly says: (details: Details) => string;
  /** What to do when neither the story nor the error has a better step. */
  readonly advice: string;
  /** A closer look, which wins over the row. */
  readonly story?: (one: Case) => Story;
}

const fileOf = (details: Details) =>
  details.file === undefined ? 'its kubeconfig' : `kubeconfig ${details.file}`;

const KUBECONFIG = { scenario: 'conn/kubeconfig-invalid', severity: 'high' } as const;
const NO_ANSWER = { scenario: 'HH-K8S-001', severity: 'critical', story: unreachableStory } as const;

const UNEXPECTED: Row = {
  ...NO_ANSWER,
  says: (details) => `cannot be read: ${serverOf(details)} gave no usable answer`,
  advice: 'Try again; if it persists, look at the log of the API server at this time.',
};

const SLOW: Row = {
  scenario: 'HH-K8S-004',
  severity: 'high',
  says: (details) => `gets no answer: ${serverOf(details)} does not answer in time`,
  advice: 'Look at the load of the API server and of etcd, or allow it more time.',
  story: slowStory,
};

/** One row per failure; a code that is not here cannot end a first contact and is told as it is. */
const ROWS: Partial<Record<ErrorCode, Row>> = {
  'kubeconfig-missing': {
    ...KUBECONFIG,
    says: (details) => `cannot be opened: ${fileOf(details)} does not exist`,
    advice: 'Correct the path, or choose another kubeconfig with --kubeconfig or the KUBECONFIG variable.',
  },
  'kubeconfig-unreadable': {
    ...KUBECONFIG,
    says: (details) => `cannot be opened: ${fileOf(details)} cannot be read`,
    advice: 'Check the permissions of the file and of the folders above it.',
  },
  'kubeconfig-invalid': {
    ...KUBECONFIG,
    says: (details) => `cannot be opened: ${fileOf(details)} is no valid kubeconfig`,
    advice: 'Correct the file, or fetch a fresh one from the administrator of the cluster.',
  },
  'context-missing': {
    ...KUBECONFIG,
    says: (details) => `cannot be opened: ${fileOf(details)} has no such context`,
    advice: 'Choose a context that the file holds: `kubectl config get-contexts` lists them.',
  },
  'context-broken': {
    ...KUBECONFIG,
    says: (details) =>
      details.file === undefined
        ? 'cannot be opened: its configuration is incomplete'
        : `cannot be opened: its context in ${fileOf(details)} is incomplete`,
    advice: 'Add what the context names, or remove the context.',
  },
  'credentials-failed': {
    scenario: 'conn/exec-plugin-failed',
    severity: 'high',
    says: (details) => `cannot be opened: ${userOf(details)} yields no credentials`,
    advice:
      'Run the credential command of the kubeconfig in a terminal and follow what it says, then try again.',
    story: pluginStory,
  },
  unreachable: {
    ...NO_ANSWER,
    says: (details) => `cannot be reached: ${serverOf(details)} does not answer`,
    advice: 'Check the network, the VPN and the address of the server, and whether the API server runs.',
  },
  timeout: {
    ...NO_ANSWER,
    says: (details) => `cannot be reached: ${serverOf(details)} does not answer in time`,
    advice: 'Check the network and the VPN, and the load of the API server, then try again.',
  },
  'stream-closed': {
    ...NO_ANSWER,
    says: (details) => `is cut off: ${serverOf(details)} ended the connection`,
    advice: 'Check the network, the VPN and load balancers on the way.',
  },
  'tls-untrusted': {
    scenario: 'conn/tls-untrusted',
    severity: 'high',
    says: (details) => `cannot be trusted: the certificate of ${serverOf(details)} does not verify`,
    advice:
      'Compare certificate-authority-data in the kubeconfig with the authority of the cluster; fetch a fresh kubeconfig if the authority was replaced.',
    story: tlsStory,
  },
  unauthorized: {
    scenario: 'HH-K8S-002',
    severity: 'critical',
    says: (details) =>
      `refuses the sign-in: ${serverOf(details)} does not accept the credentials of ${userOf(details)}`,
    advice: 'Sign in again or fetch fresh credentials: the token or certificate has expired or was revoked.',
    story: signInStory,
  },
  forbidden: {
    scenario: 'HH-K8S-033',
    severity: 'high',
    says: (details) => `cannot be read: ${userOf(details)} may not list any kind that a diagnosis needs`,
    advice:
      'Ask an administrator of the cluster for a role that may get, list and watch pods, events and workloads, such as the ClusterRole view.',
  },
  'not-kubernetes': {
    scenario: 'conn/proxy-or-not-kubernetes',
    severity: 'high',
    says: (details) =>
      `cannot be read: what answers at ${details.server ?? 'its address'} is no Kubernetes API server`,
    advice: 'Check the address and the proxy settings: a proxy or a sign-in page may be answering.',
    story: foreignStory,
  },
  throttled: {
    scenario: 'conn/throttled',
    severity: 'high',
    says: (details) => `cannot be read now: ${serverOf(details)} refuses requests for overload`,
    advice: 'Wait and try again; look for a client that floods the API server.',
  },
  'server-error': {
    scenario: 'cp/apiserver-unhealthy',
    severity: 'critical',
    says: (details) => `cannot be read: ${serverOf(details)} answers with an error of its own`,
    advice: 'Look at /readyz?verbose of the API server, at its log and at etcd.',
  },
};

/** The row of the sign-in that follows from a command whose credential is over. */
export const PLUGIN_ROW = { scenario: 'conn/exec-plugin-failed', severity: 'high' } as const;

/** Which row a case has. */
export function rowOf(one: Case): Row {
  const { error, details } = one;
  if (isSlow(one)) return SLOW;
  const anonymous = error.code === 'forbidden' && details.user === 'system:anonymous';
  const code = anonymous ? 'unauthorized' : isGateway(one) ? 'unreachable' : error.code;
  const row = ROWS[code] ?? UNEXPECTED;
  if (code !== 'credentials-failed' || details.command !== undefined) return row;
  // A token or key file that cannot be read is a fault of the kubeconfig; only a command is a plugin.
  const { story: _plugin, ...rest } = row;
  return { ...rest, ...KUBECONFIG };
}
