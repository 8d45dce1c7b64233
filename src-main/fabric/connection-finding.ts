/** Turns the failure that keeps a fabric from being read into the one finding that says so. */
import { findingId } from '../../shared/diagnosis/finding-id.ts';
import type { AppError, ErrorCode } from '../../shared/errors.ts';
import type { BlindSpot, Evidence, Finding, Severity } from '../../shared/model/finding.ts';
import type { Instant, Ref } from '../../shared/model/ref.ts';

interface Row {
  /** Catalogue id. */
  readonly scenario: string;
  readonly severity: Severity;
  /** The predicate after `Fabric prod`. */
  readonly says: (facts: Facts) => string;
  /** What to do when the error itself has no better hint. */
  readonly advice: string;
}

type Facts = Readonly<Record<string, string>>;

const fileOf = (facts: Facts) => (facts.file === undefined ? 'its kubeconfig' : `kubeconfig ${facts.file}`);
const serverOf = (facts: Facts) =>
  facts.server === undefined ? 'its API server' : `API server ${facts.server}`;
const userOf = (facts: Facts) => (facts.user === undefined ? 'its user' : `user ${facts.user}`);

const KUBECONFIG = {
  scenario: 'conn/kubeconfig-invalid',
  severity: 'high',
} as const;
const NO_ANSWER = { scenario: 'HH-K8S-001', severity: 'critical' } as const;

const UNEXPECTED: Row = {
  ...NO_ANSWER,
  says: (facts) => `cannot be read: ${serverOf(facts)} gave no usable answer`,
  advice: 'Try again; if it persists, look at the log of the API server at this time.',
};

/** One row per failure; a code that is not here cannot end a first contact and is told as it is. */
const ROWS: Partial<Record<ErrorCode, Row>> = {
  'kubeconfig-missing': {
    ...KUBECONFIG,
    says: (facts) => `cannot be opened: ${fileOf(facts)} does not exist`,
    advice: 'Correct the path, or choose another kubeconfig with --kubeconfig or the KUBECONFIG variable.',
  },
  'kubeconfig-unreadable': {
    ...KUBECONFIG,
    says: (facts) => `cannot be opened: ${fileOf(facts)} cannot be read`,
    advice: 'Check the permissions of the file and of the folders above it.',
  },
  'kubeconfig-invalid': {
    ...KUBECONFIG,
    says: (facts) => `cannot be opened: ${fileOf(facts)} is no valid kubeconfig`,
    advice: 'Correct the file, or fetch a fresh one from the administrator of the cluster.',
  },
  'context-missing': {
    ...KUBECONFIG,
    says: (facts) => `cannot be opened: ${fileOf(facts)} has no such context`,
    advice: 'Choose a context that the file holds: `kubectl config get-contexts` lists them.',
  },
  'context-broken': {
    ...KUBECONFIG,
    says: (facts) => `cannot be opened: its context in ${fileOf(facts)} is incomplete`,
    advice: 'Add what the context names, or remove the context.',
  },
  'credentials-failed': {
    scenario: 'conn/exec-plugin-failed',
    severity: 'high',
    says: (facts) => `cannot be opened: ${userOf(facts)} yields no credentials`,
    advice:
      'Run the credential command of the kubeconfig in a terminal and follow what it says, then try again.',
  },
  unreachable: {
    ...NO_ANSWER,
    says: (facts) => `cannot be reached: ${serverOf(facts)} does not answer`,
    advice: 'Check the network, the VPN and the address of the server, and whether the API server runs.',
  },
  timeout: {
    ...NO_ANSWER,
    says: (facts) => `cannot be reached: ${serverOf(facts)} does not answer in time`,
    advice: 'Check the network and the VPN, and the load of the API server, then try again.',
  },
  'stream-closed': {
    ...NO_ANSWER,
    says: (facts) => `is cut off: ${serverOf(facts)} ended the connection`,
    advice: 'Check the network, the VPN and load balancers on the way.',
  },
  'tls-untrusted': {
    scenario: 'conn/tls-untrusted',
    severity: 'high',
    says: (facts) => `cannot be trusted: the certificate of ${serverOf(facts)} does not verify`,
    advice:
      'Compare certificate-authority-data in the kubeconfig with the authority of the cluster; fetch a fresh kubeconfig if the authority was replaced.',
  },
  unauthorized: {
    scenario: 'HH-K8S-002',
    severity: 'critical',
    says: (facts) =>
      `refuses the sign-in: ${serverOf(facts)} does not accept the credentials of ${userOf(facts)}`,
    advice: 'Sign in again or fetch fresh credentials: the token or certificate has expired or was revoked.',
  },
  forbidden: {
    scenario: 'HH-K8S-033',
    severity: 'high',
    says: (facts) => `cannot be read: ${userOf(facts)} may not list any kind that a diagnosis needs`,
    advice:
      'Ask an administrator of the cluster for a role that may get, list and watch pods, events and workloads, such as the ClusterRole view.',
  },
  'not-kubernetes': {
    scenario: 'conn/proxy-or-not-kubernetes',
    severity: 'high',
    says: (facts) =>
      `cannot be read: what answers at ${facts.server ?? 'its address'} is no Kubernetes API server`,
    advice: 'Check the address and the proxy settings: a proxy or a sign-in page may be answering.',
  },
  throttled: {
    scenario: 'conn/throttled',
    severity: 'high',
    says: (facts) => `cannot be read now: ${serverOf(facts)} refuses requests for overload`,
    advice: 'Wait and try again; look for a client that floods the API server.',
  },
  'server-error': {
    scenario: 'cp/apiserver-unhealthy',
    severity: 'critical',
    says: (facts) => `cannot be read: ${serverOf(facts)} answers with an error of its own`,
    advice: 'Look at /readyz?verbose of the API server, at its log and at etcd.',
  },
};

/** What each fact proves, in the order in which it is shown. */
const FACTS: readonly (readonly [key: string, path: string, why: string])[] = [
  ['file', 'kubeconfig', 'The file that was read.'],
  ['line', 'kubeconfig.line', 'Where the file stops making sense.'],
  ['entry', 'kubeconfig.entry', 'The entry of the file that is at fault.'],
  ['context', 'context', 'The context that was asked for.'],
  ['contexts', 'contexts', 'The contexts the file holds.'],
  ['cluster', 'context.cluster', 'The cluster the context names.'],
  ['server', 'cluster.server', 'The address that was contacted.'],
  ['proxy', 'cluster.proxy-url', 'The proxy on the way.'],
  ['user', 'context.user', 'Who signed in, or tried to.'],
  ['command', 'user.exec.command', 'The command that should yield the credentials.'],
  ['stderr', 'user.exec.stderr', 'What that command said.'],
  ['errno', 'errno', 'The error code of the connection.'],
  ['status', 'response.status', 'The HTTP status of the answer.'],
  ['verb', 'request.verb', 'The verb that was refused.'],
  ['resource', 'request.resource', 'The resource that was refused.'],
  ['reason', 'response.message', 'What the server said.'],
];

/** Stands for the fabric where not even the name of a context is known. */
const NO_CONTEXT = 'kubeconfig';

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

/** The reference every connection finding has as its subject. */
function fabricRef(context: string): Ref {
  return { apiVersion: 'hedgerow/v1', kind: 'Fabric', name: context };
}

function rowOf(error: AppError): Row {
  const anonymous = error.code === 'forbidden' && error.details?.user === 'system:anonymous';
  // A gateway's own page behind these statuses means that no API server answered.
  const gateway = error.code === 'server-error' && [502, 503, 504].includes(error.status ?? 0);
  const code = anonymous ? 'unauthorized' : gateway ? 'unreachable' : error.code;
  // A token or key file that cannot be read is a fault of the kubeconfig; only a command is a plugin.
  const row = ROWS[code] ?? UNEXPECTED;
  return code === 'credentials-failed' && error.details?.command === undefined
    ? { ...row, ...KUBECONFIG }
    : row;
}

/**
 * The finding for an error that ended the first contact (or all lists) of a fabric.
 * Without a context (no kubeconfig, or none that names one) the finding is about the kubeconfig.
 * Its id depends on scenario and context alone, so the same failure has the same id in every process.
 * `since` is the first failed attempt, in ms since the epoch.
 */
export function connectionFinding(context: string | undefined, error: AppError, since: Instant): Finding {
  const row = rowOf(error);
  const subject = fabricRef(context ?? NO_CONTEXT);
  const facts: Facts = error.details ?? {};
  const known: Facts = error.status === undefined ? facts : { ...facts, status: String(error.status) };
  const evidence: Evidence[] = FACTS.flatMap(([key, path, why]) => {
    const observed = known[key];
    return observed === undefined || observed === '' ? [] : [{ ref: subject, path, observed, why }];
  });
  if (evidence.length === 0) {
    evidence.push({ ref: subject, path: 'error', observed: error.message, why: 'What ended the attempt.' });
  }
  return {
    id: findingId({ scenario: row.scenario, subject }),
    scenario: row.scenario,
    subject,
    severity: row.severity,
    summary:
      context === undefined
        ? `No fabric ${row.says(facts).replace(/^cannot/, 'can')}`
        : `Fabric ${context} ${row.says(facts)}`,
    cause: sentence(error.message),
    advice: sentence(error.hint ?? row.advice),
    evidence,
    since,
    confidence: 'high',
    terminal: true,
    members: [],
    rootCause: null,
    effects: [],
    notChecked: [],
    status: 'active',
  };
}

/** The error of a sign-in that works and may list nothing: `error` is the refusal of one of the kinds. */
export function refusedEverywhere(error: AppError): AppError {
  if (error.code !== 'forbidden') return error;
  const { server = 'the API server', user } = error.details ?? {};
  const who = user === undefined ? 'The user of this context' : `User ${user}`;
  const { hint: _one, ...rest } = error;
  return {
    ...rest,
    message: `${who} is known to ${server}, which forbids to list any of the kinds a diagnosis needs.`,
  };
}

/** The one blind spot of a fabric that could not be read at all: everything. */
export function unreadBlindSpot(finding: Finding, scenarios: readonly { readonly id: string }[]): BlindSpot {
  return {
    kind: 'Fabric',
    group: '',
    resource: '*',
    verb: 'list',
    reason: `${finding.summary}.`,
    fix: finding.advice,
    scenarios: scenarios.map(({ id }) => id),
  };
}
