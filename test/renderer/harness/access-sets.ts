// Data sets about access and plans: one per state a user can meet.
import type { AccessReview } from '../../../shared/model/access.ts';
import { accessOf, DENIED_ROWS, manyRows, REFUSED_REVIEW } from './access-data.ts';
import { liveView } from './connections.ts';
import { first, link, MINUTE, one, type DataSet, type FabricData } from './fabric-data.ts';
import { incidentFindings } from './incident.ts';
import { DIFFERS, plansOf } from './plan-data.ts';

function set(fabric: Partial<FabricData>, state = link('live')): DataSet {
  return one(first(incidentFindings(Date.now()), { connection: liveView(Date.now()), ...fabric }, state));
}

function withReview(more: Partial<AccessReview>): () => DataSet {
  return () => set({ access: accessOf(more) });
}

/** By the name in the page's address. */
export const accessSets: Readonly<Record<string, () => DataSet>> = {
  access: withReview({}),
  accessAll: withReview({ rows: DENIED_ROWS, lost: { checks: 141, total: 141 } }),
  accessNone: withReview({ rows: [], lost: { checks: 0, total: 141 } }),
  accessMany: withReview({ rows: manyRows() }),
  accessIncomplete: withReview({
    incomplete: true,
    problems: [
      'The namespace payments could not be asked: the server answered 403 to selfsubjectrulesreviews in it.',
      `The aggregated API metrics.k8s.io did not answer: ${'service unavailable, '.repeat(20)}`,
    ],
  }),
  accessRefused: () => set({ access: { review: () => REFUSED_REVIEW, fix: () => ({ ...REFUSED_REVIEW }) } }),
  accessStale: () =>
    set(
      { access: accessOf() },
      link('stale', { asOf: Date.now() - 4 * MINUTE, nextTryAt: Date.now() + 8000 }),
    ),
  plan: () =>
    set({
      access: accessOf({}, true),
      plans: plansOf(),
      journal: [
        {
          at: Date.now() - 30 * MINUTE,
          fabric: 'prod-fra1',
          plan: 'create-rbac-diagnose',
          title: 'Create the role that diagnoses',
          ref: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'hedgerow-diagnose' },
          request: 'POST /apis/rbac.authorization.k8s.io/v1/clusterroles',
          outcome: 'done',
          says: 'Created',
        },
      ],
    }),
  planDiffers: () => set({ access: accessOf({}, true), plans: plansOf(DIFFERS) }),
};
