/** The access view's matrix: for ourselves as the server answers, for a ServiceAccount as its bindings say. */
import type { KindInfo } from '../../shared/ipc.ts';
import type { AccessReview, AccessSubject } from '../../shared/model/access.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import { serviceAccountCaller } from '../../shared/rbac/grants.ts';
import { countLost, matrixRows } from '../../shared/rbac/matrix.ts';
import { whoAmI } from '../kube/access-who.ts';
import type { KubeClient } from '../kube/contract.ts';
import { accountAccess } from './account-access.ts';
import { ownAccess } from './own-access.ts';

export interface ReviewOptions {
  readonly client: KubeClient;
  readonly scenarios: readonly Scenario[];
  readonly kinds: readonly KindInfo[];
  readonly subject: AccessSubject;
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  /** Namespace of the context. */
  readonly home: string | undefined;
  readonly now: () => Instant;
  readonly signal: AbortSignal;
}

/**
 * What is needed, and what a denial blocks, is marked for ourselves alone: a ServiceAccount of some workload does not
 * diagnose. Throws `AppFailure` where nothing at all can be asked.
 */
export async function reviewAccess(options: ReviewOptions): Promise<AccessReview> {
  const { client, kinds: served, subject, namespace, now, signal } = options;
  const scenarios = subject.of === 'me' ? options.scenarios : [];
  const who = await whoAmI(client, signal);
  const source =
    subject.of === 'me'
      ? await ownAccess({ ...options, served })
      : await accountAccess({
          client,
          served,
          namespace,
          signal,
          caller: serviceAccountCaller(subject.namespace, subject.name),
        });
  const rows = matrixRows({ served, scenarios, namespace, answer: source.answer });
  return {
    who,
    subject,
    ...(namespace !== undefined && { namespace }),
    rows,
    at: now(),
    incomplete: source.incomplete,
    problems: source.problems,
    lost: countLost(rows, scenarios),
  };
}
