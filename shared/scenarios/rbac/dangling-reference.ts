/** rbac/dangling-reference: a binding, an account or a workload names a role, an account or a Secret that is not there. */
import type { KindId } from '../../model/kube.ts';
import { defineScenario, type Scenario } from '../../model/scenario.ts';
import { diagnoseAccount } from '../dangling-account.ts';
import { diagnoseBinding } from '../dangling-binding.ts';
import { diagnoseWorkload } from '../dangling-workload.ts';

const same = {
  id: 'rbac/dangling-reference',
  title: 'Reference to a missing role, account or Secret',
} as const;
const bindingsRead: KindId[] = ['ServiceAccount', 'Namespace'];
const workloadsRead: KindId[] = ['ServiceAccount', 'Event', 'Namespace'];
const workload = { ...same, needs: [], mayRead: workloadsRead, diagnose: diagnoseWorkload };

/**
 * One scenario per kind that refers, all of one id: each can run, or not, by the kinds it reads itself. A workload's
 * own controller says what it lacks, so there it runs without ServiceAccounts, too.
 */
export const danglingReference: readonly Scenario[] = [
  defineScenario<'RoleBinding'>({
    ...same,
    subject: 'RoleBinding',
    needs: ['Role'],
    mayRead: ['ClusterRole', ...bindingsRead],
    diagnose: diagnoseBinding,
  }),
  defineScenario<'ClusterRoleBinding'>({
    ...same,
    subject: 'ClusterRoleBinding',
    needs: ['ClusterRole'],
    mayRead: bindingsRead,
    diagnose: diagnoseBinding,
  }),
  defineScenario<'ServiceAccount'>({
    ...same,
    subject: 'ServiceAccount',
    // Secrets are hidden from many who may see all else: then this part has nothing to say, and the check still runs.
    needs: [],
    mayRead: ['Secret', 'Namespace'],
    diagnose: diagnoseAccount,
  }),
  defineScenario<'Deployment'>({
    ...workload,
    subject: 'Deployment',
    mayRead: ['ReplicaSet', ...workloadsRead],
  }),
  defineScenario<'ReplicaSet'>({ ...workload, subject: 'ReplicaSet' }),
  defineScenario<'StatefulSet'>({ ...workload, subject: 'StatefulSet' }),
  defineScenario<'DaemonSet'>({ ...workload, subject: 'DaemonSet' }),
  defineScenario<'Job'>({ ...workload, subject: 'Job' }),
];
