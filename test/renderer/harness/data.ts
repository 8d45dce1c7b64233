// The data sets of the harness: one per state a user can meet.
import type { AppError } from '../../../shared/errors.ts';
import type { CallOut, ContainerInfo, KindInfo, Settings } from '../../../shared/ipc.ts';
import type { FabricSummary, LinkState } from '../../../shared/model/fabric.ts';
import type { DiagnosisResult, Finding, Severity } from '../../../shared/model/finding.ts';
import type { Instant } from '../../../shared/model/ref.ts';
import { BLIND_SPOTS, hostileFindings, incidentFindings, longFindings, manyFindings } from './findings.ts';

/** One fabric of a data set. */
export interface FabricData {
  summary: FabricSummary;
  /** What it becomes once opened. */
  opened?: FabricSummary;
  diagnosis?: DiagnosisResult & { readonly synced: boolean; readonly asOf?: Instant };
  findingsError?: AppError;
  kinds?: readonly KindInfo[];
  watches?: CallOut<'watches.list'>;
  /** Containers by `namespace/pod`. */
  containers?: Readonly<Record<string, readonly ContainerInfo[]>>;
}

export interface DataSet {
  readonly settings: Settings;
  readonly sources: readonly string[];
  readonly problems: readonly AppError[];
  readonly fabrics: FabricData[];
}

const MINUTE = 60_000;
const SETTINGS: Settings = { theme: 'system', sidebarCollapsed: false, dockHeight: 326, letterKeys: true };
const NONE: Readonly<Record<Severity, number>> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
const TOTAL = 141;

const UNREACHABLE: AppError = {
  code: 'unreachable',
  message:
    'https://api.lab-east.example:6443 refuses the connection: nothing listens on port 6443 of 10.9.0.4.',
  hint: 'Check that the control plane runs and that your VPN is up.',
  retryable: true,
  details: { server: 'https://api.lab-east.example:6443', errno: 'ECONNREFUSED', address: '10.9.0.4:6443' },
};

function link(phase: LinkState['phase'], more: Partial<LinkState> = {}): LinkState {
  const now = Date.now();
  return {
    phase,
    since: now - 31 * MINUTE,
    asOf: now - 2000,
    latencyMs: 38.4,
    watches: { total: 67, live: 61, denied: 6, stale: 0 },
    ...more,
  };
}

function closed(): LinkState {
  return { phase: 'closed', since: Date.now(), watches: { total: 0, live: 0, denied: 0, stale: 0 } };
}

function countsOf(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { ...NONE };
  for (const finding of findings) if (finding.rootCause === null) counts[finding.severity] += 1;
  return counts;
}

function summary(id: string, state: LinkState, more: Partial<FabricSummary> = {}): FabricSummary {
  return {
    id,
    server: `https://api.${id}.example:6443`,
    signIn: 'client certificate',
    source: '~/.kube/config',
    current: false,
    insecureTls: false,
    link: state,
    counts: NONE,
    blindSpots: 0,
    ...more,
  };
}

const WATCHES: CallOut<'watches.list'> = ['pods', 'nodes', 'events', 'services', 'secrets', 'configmaps'].map(
  (resource) => ({
    group: '',
    version: 'v1',
    resource,
    state: {
      phase: resource === 'secrets' ? ('denied' as const) : ('live' as const),
      since: Date.now() - 31 * MINUTE,
      ...(resource === 'secrets' ? {} : { asOf: Date.now() - 2000 }),
      objects: resource === 'pods' ? 1842 : 30,
      reconnects: 0,
    },
  }),
);

function others(): FabricData[] {
  const now = Date.now();
  return [
    {
      summary: summary(
        'lab-east',
        link('stale', {
          asOf: now - 5 * MINUTE,
          since: now - 5 * MINUTE,
          nextTryAt: now + 8000,
          error: {
            code: 'tls-untrusted',
            message: 'The certificate of lab-east has expired.',
            retryable: true,
          },
        }),
        { counts: { ...NONE, high: 4 } },
      ),
    },
    { summary: summary('kind-dev', closed(), { server: 'https://127.0.0.1:38211' }) },
  ];
}

function first(
  findings: readonly Finding[],
  more: Partial<FabricData> = {},
  state = link('live'),
  blind = BLIND_SPOTS,
): FabricData {
  return {
    summary: summary('prod-fra1', state, {
      counts: countsOf(findings),
      blindSpots: blind.length,
      current: true,
    }),
    diagnosis: {
      findings,
      blindSpots: blind,
      complete: blind.length === 0,
      checks: { ran: TOTAL - blind.length * 3, total: TOTAL },
      synced: true,
      ...(state.asOf === undefined ? {} : { asOf: state.asOf }),
    },
    watches: WATCHES,
    containers: {
      'payments/payments-api-7c9f6d8b5-x2k8p': [
        { name: 'payments', kind: 'main', running: true, restarts: 7 },
      ],
    },
    ...more,
  };
}

function one(fabric: FabricData, more: Partial<DataSet> = {}): DataSet {
  return {
    settings: SETTINGS,
    sources: ['~/.kube/config'],
    problems: [],
    fabrics: [fabric, ...others()],
    ...more,
  };
}

const live = { watches: { total: 67, live: 67, denied: 0, stale: 0 } };
const noSync = {
  synced: false,
  findings: [],
  blindSpots: [],
  complete: false,
  checks: { ran: 0, total: TOTAL },
};

/** By the name in the page's address. */
export const dataSets: Readonly<Record<string, () => DataSet>> = {
  five: () => one(first(incidentFindings(Date.now()))),
  zero: () => one(first([], {}, link('live', live), [])),
  unverified: () => one(first([])),
  many: () => one(first(manyFindings(Date.now(), 5000))),
  long: () => {
    const data = one(first(longFindings(Date.now())));
    const name = 'arn:aws:eks:eu-central-1:123456789012:cluster/production-payments-frankfurt-blue-2';
    const [fabric] = data.fabrics;
    if (fabric)
      fabric.summary = {
        ...fabric.summary,
        id: name,
        server: `https://${'A1B2C3'.repeat(12)}.gr7.eu-central-1.eks.amazonaws.com`,
      };
    return data;
  },
  hostile: () => one(first(hostileFindings(Date.now()))),
  stale: () => {
    const now = Date.now();
    const state = link('stale', {
      since: now - 4 * MINUTE,
      asOf: now - 4 * MINUTE,
      nextTryAt: now + 8000,
      error: UNREACHABLE,
      watches: { total: 67, live: 0, denied: 6, stale: 61 },
    });
    return one(
      first(
        incidentFindings(now).map((finding) => ({ ...finding, status: 'unverified' as const })),
        {},
        state,
      ),
    );
  },
  staleEmpty: () =>
    one(first([], {}, link('stale', { nextTryAt: Date.now() + 8000, error: UNREACHABLE }), [])),
  denied: () => one(first([], {}, link('live', { watches: { total: 15, live: 0, denied: 15, stale: 0 } }))),
  failed: () => {
    const {
      asOf: _,
      latencyMs: __,
      ...state
    } = link('failed', {
      since: Date.now() - 40_000,
      error: UNREACHABLE,
      nextTryAt: Date.now() + 8000,
      watches: { total: 0, live: 0, denied: 0, stale: 0 },
    });
    return one({ summary: summary('prod-fra1', state), diagnosis: { ...noSync } });
  },
  connecting: () => one({ summary: summary('prod-fra1', { ...closed(), phase: 'connecting' }) }),
  syncing: () =>
    one({
      summary: summary('prod-fra1', link('syncing', { progress: { received: 3500, expected: 5000 } })),
      diagnosis: { ...noSync },
    }),
  insecure: () => {
    const data = one(first(incidentFindings(Date.now())), {
      problems: [
        {
          code: 'kubeconfig-invalid',
          message: 'The kubeconfig ~/.kube/old cannot be used: line 14 is not valid YAML (unexpected tab).',
          hint: 'Correct the line or remove the file from KUBECONFIG.',
          retryable: false,
          details: { file: '~/.kube/old' },
        },
        {
          code: 'kubeconfig-missing',
          message: 'The kubeconfig ~/.kube/gone does not exist.',
          retryable: false,
        },
      ],
    });
    const [fabric] = data.fabrics;
    if (fabric) fabric.summary = { ...fabric.summary, insecureTls: true };
    return data;
  },
  unreadable: () =>
    one({
      summary: summary('prod-fra1', link('live')),
      findingsError: {
        code: 'internal',
        message: 'The diagnosis of prod-fra1 ended.',
        hint: 'Try again.',
        retryable: true,
      },
    }),
  welcome: () => {
    const closedOnes = ['prod-fra1', 'lab-east', 'kind-dev'].map((id, index): FabricData => {
      const state = summary(id, closed(), {
        current: index === 0,
        ...(id === 'kind-dev' ? { server: 'https://127.0.0.1:38211', insecureTls: true } : {}),
      });
      const findings = incidentFindings(Date.now());
      return index === 0
        ? { ...first(findings), summary: state, opened: first(findings).summary }
        : { summary: state };
    });
    const broken = summary('old-ams', closed(), {
      signIn: 'exec plugin',
      problem: {
        code: 'credentials-failed',
        message: 'The sign-in program aws-iam-authenticator was not found on the PATH.',
        hint: 'Install it or correct users[oncall].exec.command in ~/.kube/config.',
        retryable: false,
      },
    });
    return {
      settings: SETTINGS,
      sources: ['~/.kube/config', '~/.kube/lab'],
      problems: [],
      fabrics: [...closedOnes, { summary: broken }],
    };
  },
  nothing: () => ({ settings: SETTINGS, sources: [], problems: [], fabrics: [] }),
};
