/** Builds the plan that a page asks for, from what the cluster serves, refuses and says of us now. */
import type { PlanRequest } from '../../shared/model/plan.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import { serviceAccountCaller } from '../../shared/rbac/grants.ts';
import { needsFor, questionsOfNeed, rulesOf, type Need } from '../../shared/rbac/needs.ts';
import { roleManifests } from '../../shared/rbac/role-manifests.ts';
import { furthestReach, type AccessQuestion } from '../../shared/rbac/rules.ts';
import { writeManifests } from '../../shared/rbac/write-yaml.ts';
import { rbacFixPlan, setupManifests, setupPlan } from '../../shared/recovery/rbac-plans.ts';
import { askServed, makeRoles } from '../access/make-roles.ts';
import type { KubeClient } from '../kube/contract.ts';
import type { BuiltPlan } from './contract.ts';

export interface BuildOptions {
  readonly client: KubeClient;
  readonly scenarios: readonly Scenario[];
}

/** Enough to see that the role works: a large role is not asked about verb by verb. */
const MOST_QUESTIONS = 60;

function questionsFor(needs: readonly Need[], namespace: string | undefined): AccessQuestion[] {
  const rules = rulesOf(needs);
  return needs
    .flatMap((need) => questionsOfNeed(need, namespace))
    .filter((question) => furthestReach(rules, question) === 'allowed')
    .slice(0, MOST_QUESTIONS);
}

/** A function that builds the plan anew each time: what changed in between shows in it. */
export function planBuilder(
  { client, scenarios }: BuildOptions,
  request: PlanRequest,
): () => Promise<BuiltPlan> {
  if (request.plan === 'rbac-fix') {
    const { purpose, namespace } = request;
    return async () => {
      const { who, needs, manifests } = await makeRoles({ client, scenarios, purpose, namespace });
      return {
        plan: rbacFixPlan(purpose, who.user, manifests),
        yaml: writeManifests(manifests),
        verify: { as: 'me', questions: questionsFor(needs, namespace) },
      };
    };
  }
  return async () => {
    const { kinds } = await askServed(client);
    const needs = needsFor(request.purpose, scenarios, kinds);
    const { user } = serviceAccountCaller(request.namespace, request.serviceAccount);
    const setup = { ...request, roles: roleManifests({ purpose: request.purpose, user, needs }) };
    return {
      plan: setupPlan(setup),
      yaml: writeManifests(setupManifests(setup)),
      verify: { as: 'token', questions: questionsFor(needs, undefined) },
    };
  };
}
