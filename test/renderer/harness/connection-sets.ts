// Data sets about the way to a fabric, for the connection view and the shell around it.
import { closed, first, link, MINUTE, one, summary, TOTAL, type DataSet } from './fabric-data.ts';
import { EXPIRED, REFUSED } from './connection-parts.ts';
import { changedView, dnsView, hugeView, liveView, pausedView, portView, tlsView } from './connections.ts';
import { incidentFindings } from './incident.ts';
import { finding } from './make.ts';
import type { ConnectionView } from '../../../shared/model/connection.ts';
import type { FabricSummary, LinkState } from '../../../shared/model/fabric.ts';
import type { Finding } from '../../../shared/model/finding.ts';

const now = (): number => Date.now();

function set(
  view: ConnectionView | undefined,
  state: LinkState,
  findings: readonly Finding[],
  more: Partial<FabricSummary> = {},
): DataSet {
  const data = one(first(findings, {}, state));
  const [fabric] = data.fabrics;
  if (fabric) {
    fabric.summary = { ...fabric.summary, ...more };
    if (view) fabric.connection = view;
  }
  for (const id of ['lab-west', 'stage-ams']) data.fabrics.push({ summary: summary(id, link('live')) });
  return data;
}

function aboutFabric(scenario: string, sentence: string, cause: string, advice: string): Finding {
  const subject = { apiVersion: 'hedgerow/v1', kind: 'Fabric', name: 'prod-fra1' };
  return finding(`f-${scenario}`, 'critical', scenario, subject, sentence, { cause, advice });
}

/** The first contact failed, and nothing is known but the way. */
function unreachable(view: ConnectionView): DataSet {
  const {
    asOf: _,
    latencyMs: __,
    ...state
  } = link('failed', {
    since: now() - 40_000,
    nextTryAt: now() + 3000,
    watches: { total: 0, live: 0, denied: 0, stale: 0 },
  });
  const data = set(view, { ...state, ...(view.probe?.error ? { error: view.probe.error } : {}) }, []);
  const [fabric] = data.fabrics;
  if (fabric?.diagnosis)
    fabric.diagnosis = {
      ...fabric.diagnosis,
      synced: false,
      blindSpots: [],
      checks: { ran: 0, total: TOTAL },
    };
  return data;
}

/** By the name in the page's address. */
export const connectionSets: Readonly<Record<string, () => DataSet>> = {
  connLive: () =>
    set(
      liveView(now()),
      link('live', { watches: { total: 67, live: 65, denied: 2, stale: 0 } }),
      incidentFindings(now()),
      { colour: 'blue', environment: 'prod', credentialsEndAt: now() + 6 * 24 * 60 * MINUTE },
    ),
  connTls: () =>
    set(
      tlsView(now()),
      link('stale', {
        since: now() - 4 * MINUTE,
        asOf: now() - 4 * MINUTE,
        nextTryAt: now() + 34_000,
        error: EXPIRED,
        watches: { total: 67, live: 0, denied: 2, stale: 65 },
      }),
      [
        aboutFabric(
          'conn/tls-untrusted',
          'prod-fra1 is unreachable because its API server certificate expired 12 minutes ago.',
          'The certificate that api.prod-fra1.example presents is valid until 12 minutes ago.',
          EXPIRED.hint ?? '',
        ),
        ...incidentFindings(now()).map((one) => ({ ...one, status: 'unverified' as const })),
      ],
      { guard: { state: 'locked', barred: 'The data is stale: what is shown may no longer be true.' } },
    ),
  connDns: () => unreachable(dnsView(now())),
  connPort: () => unreachable(portView(now())),
  connPaused: () => {
    const view = pausedView(now());
    return set(
      view,
      link('stale', { since: now() - 3 * MINUTE, asOf: now() - 3 * MINUTE, error: REFUSED }),
      [],
      { ...(view.pause ? { pause: view.pause } : {}), credentialsEndAt: now() - 180 * MINUTE },
    );
  },
  connStopped: () => {
    const pause = { since: now() - MINUTE, why: 'user' } as const;
    const { nextTryAt: _, ...view } = tlsView(now());
    return set({ ...view, pause }, link('stale', { asOf: now() - 4 * MINUTE, error: EXPIRED }), [], {
      pause,
    });
  },
  connChanged: () =>
    set(changedView(now()), link('live'), incidentFindings(now()), {
      identity: 'changed',
      guard: { state: 'locked', barred: 'Another cluster answers under this name. Accept it first.' },
    }),
  connConnecting: () =>
    set(
      {
        ...liveView(now()),
        probing: true,
        attempts: [],
        watches: [],
        health: [],
        requests: [],
        identity: { state: 'unknown' },
      },
      { ...closed(), phase: 'connecting' },
      [],
    ),
  connNone: () => set(undefined, closed(), []),
  connUnlocked: () =>
    set(liveView(now()), link('live'), incidentFindings(now()), {
      guard: { state: 'unlocked', until: now() + 9.5 * MINUTE },
    }),
  connError: () => {
    const data = set(undefined, link('live'), []);
    const [fabric] = data.fabrics;
    if (fabric)
      fabric.connectionError = {
        code: 'internal',
        message: 'The state of the connection cannot be read.',
        hint: 'Try again.',
        retryable: true,
      };
    return data;
  },
  connHuge: () => {
    const view = hugeView(now());
    return set(
      view,
      link('stale', {
        asOf: now() - 4 * MINUTE,
        nextTryAt: now() + 34_000,
        ...(view.probe?.error ? { error: view.probe.error } : {}),
      }),
      [],
    );
  },
};
