/** pod/crash-loop-back-off: a container ends and is started again, over and over. */
import { refOf } from '../../cluster/refs.ts';
import type { ClusterView } from '../../cluster/view.ts';
import type { Diagnosis, Evidence } from '../../model/finding.ts';
import type { Pod } from '../../model/kube.ts';
import type { ReplicaSet } from '../../model/workloads.ts';
import type { Instant } from '../../model/ref.ts';
import { defineScenario } from '../../model/scenario.ts';
import { nameContainer } from '../containers.ts';
import { describeCrash } from '../crash-description.ts';
import { crashEvidence, loopSince } from '../crash-evidence.ts';
import { readCrashLog } from '../crash-log.ts';
import { crashLoopsOf, type CrashLoop } from '../crashes.ts';
import { loopPeriod } from '../crash-period.ts';
import { healthyRevision, imageIn, replicaSetOf } from '../revisions.ts';
import { clean, formatDuration, nameObject } from '../words.ts';

/**
 * Speaks of init containers and sidecars too, and of what only the scenarios of later rows will name more exactly: a
 * container the runtime cannot start, a failing hook, a kill by a probe. A loop is never silent. Containers that were
 * killed for memory, or by SIGKILL without a known cause, belong to `pod/oom-killed` and `pod/sigkill-not-oom`.
 */
export const crashLoopBackOff = defineScenario<'Pod'>({
  id: 'pod/crash-loop-back-off',
  title: 'Container crashes again and again',
  subject: 'Pod',
  needs: [],
  mayRead: ['Event', 'ReplicaSet'],
  diagnose(pod, cluster, now: Instant) {
    return crashLoopsOf(pod, cluster, now)
      .filter(({ verdict }) => verdict === 'crash')
      .map((loop) => diagnoseLoop(pod, loop, cluster));
  },
});

function diagnoseLoop(pod: Pod, loop: CrashLoop, cluster: ClusterView): Diagnosis {
  const { container, phase } = loop;
  const log = readCrashLog(pod, loop, cluster);
  const healthy = healthyRevision(pod, cluster);
  const { predicate, brief, cause, advice, same, doubtful = false } = describeCrash(pod, loop, log, cluster);
  const since = loopSince(pod, loop, cluster);
  const period = loopPeriod(loop);
  const pace = period === undefined ? 'keeps restarting' : `restarts every ${formatDuration(period)}`;
  const subject = nameObject(pod);
  return {
    part: container.name,
    severity: 'critical',
    summary: `${subject} ${phase === 'refused' && container.restarts === 0 ? 'does not start' : pace}: ${nameContainer(container)} ${predicate}${brief}`,
    ofPods: `crash-loop: ${nameContainer(container)} ${predicate}${brief}`,
    same,
    cause:
      healthy === undefined
        ? cause
        : `${cause} ${describeRevision(container.name, healthy, replicaSetOf(pod, cluster))}`,
    advice,
    evidence: [...crashEvidence(pod, loop, log), ...revisionEvidence(healthy)],
    ...(since === undefined ? {} : { since }),
    confidence: phase === 'running' || doubtful ? 'medium' : 'high',
    ...(log === undefined ? {} : { log: log.excerpt }),
    terminal: phase === 'backing-off' || phase === 'ended',
  };
}

/** The strongest hint there is: another revision runs, this one does not. */
function describeRevision(container: string, healthy: ReplicaSet, own: ReplicaSet | undefined): string {
  const theirs = imageIn(healthy, container);
  const ours = imageIn(own, container);
  const ready = `The pods of another revision, ReplicaSet ${clean(healthy.metadata.name)}, are ready`;
  if (theirs === '' || ours === '' || theirs === ours) return `${ready}: look at what the template changed.`;
  return `${ready} with image ${clean(theirs)}; this one has ${clean(ours)}.`;
}

function revisionEvidence(healthy: ReplicaSet | undefined): Evidence[] {
  if (healthy === undefined) return [];
  const observed = String(healthy.status?.readyReplicas);
  return [
    {
      ref: refOf(healthy),
      path: 'status.readyReplicas',
      observed,
      why: 'Pods of another revision of the same workload are ready.',
    },
  ];
}
