// What the harness's data sets are made of: fabrics with their link, counts and diagnosis.
import type { AppError } from '../../../shared/errors.ts';
import type { CallIn, CallOut, ContainerInfo, KindInfo, Settings } from '../../../shared/ipc.ts';
import type { AccessReview, RbacFix } from '../../../shared/model/access.ts';
import type { ConnectionView } from '../../../shared/model/connection.ts';
import type { FabricSummary, LinkState } from '../../../shared/model/fabric.ts';
import type { DiagnosisResult, Finding, Severity } from '../../../shared/model/finding.ts';
import type { JournalEntry, PlanRun, PreparedPlan } from '../../../shared/model/plan.ts';
import type { Instant } from '../../../shared/model/ref.ts';
import { BLIND_SPOTS } from './make.ts';

/** One fabric of a data set. */
export interface FabricData {
  summary: FabricSummary;
  /** What it becomes once opened. */
  opened?: FabricSummary;
  diagnosis?: DiagnosisResult & { readonly synced: boolean; readonly asOf?: Instant };
  findingsError?: AppError;
  connection?: ConnectionView;
  connectionError?: AppError;
  access?: {
    review(input: CallIn<'access.review'>): AccessReview | AppError;
    fix(input: CallIn<'access.fix'>): RbacFix | AppError;
  };
  plans?: {
    prepare(input: CallIn<'plan.prepare'>): PreparedPlan | AppError;
    run(input: CallIn<'plan.run'>): PlanRun | AppError;
  };
  journal?: readonly JournalEntry[];
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

export const MINUTE = 60_000;
export const SETTINGS: Settings = {
  theme: 'system',
  sidebarCollapsed: false,
  dockHeight: 326,
  letterKeys: true,
};
const NONE: Readonly<Record<Severity, number>> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
export const TOTAL = 141;

export const UNREACHABLE: AppError = {
  code: 'unreachable',
  message:
    'https://api.prod-fra1.example:6443 refuses the connection: nothing listens on port 6443 of 10.9.0.4.',
  hint: 'Check that the control plane runs and that your VPN is up.',
  retryable: true,
  details: { server: 'https://api.prod-fra1.example:6443', errno: 'ECONNREFUSED', address: '10.9.0.4:6443' },
};

export function link(phase: LinkState['phase'], more: Partial<LinkState> = {}): LinkState {
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

export function closed(): LinkState {
  return { phase: 'closed', since: Date.now(), watches: { total: 0, live: 0, denied: 0, stale: 0 } };
}

function countsOf(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { ...NONE };
  for (const finding of findings) if (finding.rootCause === null) counts[finding.severity] += 1;
  return counts;
}

export function summary(id: string, state: LinkState, more: Partial<FabricSummary> = {}): FabricSummary {
  return {
    id,
    server: `https://api.${id}.example:6443`,
    signIn: 'client certificate',
    source: '~/.kube/config',
    current: false,
    insecureTls: false,
    origin: 'kubeconfig',
    colour: 'none',
    environment: '',
    guard: { state: 'locked' },
    identity: 'pinned',
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

export function first(
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

export function one(fabric: FabricData, more: Partial<DataSet> = {}): DataSet {
  return {
    settings: SETTINGS,
    sources: ['~/.kube/config'],
    problems: [],
    fabrics: [fabric, ...others()],
    ...more,
  };
}
