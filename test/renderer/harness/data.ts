// The data sets of the harness: one per state a user can meet.
import type { LinkState } from '../../../shared/model/fabric.ts';
import { accessSets } from './access-sets.ts';
import { connectionSets } from './connection-sets.ts';
import { hostileFindings, longFindings, manyFindings } from './extremes.ts';
import {
  closed,
  first,
  link,
  MINUTE,
  one,
  SETTINGS,
  summary,
  TOTAL,
  UNREACHABLE,
  type DataSet,
  type FabricData,
} from './fabric-data.ts';
import { connectionFinding, incidentFindings } from './incident.ts';

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
  // The same failure as the engine reports it: a finding about the fabric itself.
  failedFinding: () => {
    const state: LinkState = {
      ...closed(),
      phase: 'failed',
      error: UNREACHABLE,
      nextTryAt: Date.now() + 8000,
    };
    const data = one(first([connectionFinding('prod-fra1', Date.now())], {}, state, []));
    const [fabric] = data.fabrics;
    if (fabric?.diagnosis)
      fabric.diagnosis = { ...fabric.diagnosis, synced: false, checks: { ran: 0, total: TOTAL } };
    return data;
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
  demo: () => {
    const data = one(first(incidentFindings(Date.now())));
    const [fabric] = data.fabrics;
    if (fabric) fabric.summary = { ...fabric.summary, id: 'demo-prod', demo: true };
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
  ...connectionSets,
  ...accessSets,
  nothing: () => ({ settings: SETTINGS, sources: [], problems: [], fabrics: [] }),
};
