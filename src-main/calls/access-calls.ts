/** Calls about access: who may do what, the role that closes a gap, and the plans that create it. */
import { AppFailure } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/ipc.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import { makeFix } from '../access/make-fix.ts';
import { reviewAccess } from '../access/review-access.ts';
import type { Fabric } from '../fabric/fabric.ts';
import type { Fabrics } from '../fabric/fabrics.ts';
import type { TokenFabric } from '../fabric/token-fabric.ts';
import { createClient } from '../kube/client.ts';
import type { ContextAccess } from '../kube/contract.ts';
import { planBuilder } from '../recovery/build-plan.ts';
import type { PlanTarget } from '../recovery/contract.ts';
import type { Journal } from '../recovery/journal.ts';
import { PlanDesk } from '../recovery/run-plan.ts';

export interface AccessCallsParts {
  readonly fabrics: Fabrics;
  readonly scenarios: readonly Scenario[];
  readonly journal: Journal;
  /** Keeps a token as a fabric of its own; returns the id of that. */
  readonly addTokenFabric: (fabric: TokenFabric) => Promise<string>;
  readonly now: () => Instant;
}

type Names = 'access.review' | 'access.fix' | 'plan.prepare' | 'plan.run' | 'journal.list';

/** An access review asks a few hundred questions at most, ms. */
const REVIEW_MS = 60_000;

function accessOf(fabric: Fabric): ContextAccess {
  const { access, problem } = fabric.context;
  if (access !== undefined) return access;
  const message = `Context ${fabric.id} cannot be used.`;
  throw new AppFailure(problem ?? { code: 'context-broken', message, fabric: fabric.id, retryable: false });
}

function targetOf(fabric: Fabric): PlanTarget {
  return {
    id: fabric.id,
    client: fabric.requireSession().client,
    requireWritable: () => fabric.requireWritable(),
    clientOf: (token) => createClient({ ...accessOf(fabric), user: { token } }),
  };
}

export function accessCalls(parts: AccessCallsParts): Pick<Handlers, Names> {
  const { fabrics, scenarios, journal, addTokenFabric, now } = parts;
  const desk = new PlanDesk({
    journal,
    now,
    onToken: (target, { token, until, namespace, serviceAccount }) =>
      addTokenFabric({
        name: `${target.id} as ${serviceAccount}`,
        from: accessOf(fabrics.get(target.id)),
        namespace,
        token,
        until,
      }),
  });
  return {
    'access.review': async ({ fabric, subject, namespace }) => {
      const session = fabrics.get(fabric).requireSession();
      return reviewAccess({
        client: session.client,
        scenarios,
        kinds: await session.kinds(),
        subject,
        namespace,
        home: fabrics.get(fabric).context.namespace,
        now,
        signal: AbortSignal.timeout(REVIEW_MS),
      });
    },
    'access.fix': ({ fabric, purpose, namespace }) => {
      const { client } = fabrics.get(fabric).requireSession();
      return makeFix({ client, scenarios, purpose, namespace, signal: AbortSignal.timeout(REVIEW_MS) });
    },
    'plan.prepare': ({ fabric, request }) => {
      const target = targetOf(fabrics.get(fabric));
      return desk.prepare(target, planBuilder({ client: target.client, scenarios }, request));
    },
    'plan.run': ({ fabric, hash }) => desk.run(targetOf(fabrics.get(fabric)), hash),
    'journal.list': ({ fabric }) => journal.list(fabric),
  };
}
