// A scenario and a pod for tests of the machinery around the diagnosis: what is broken does not matter there.
import { refOf } from '../../../shared/cluster/refs.ts';
import type { Pod } from '../../../shared/model/kube.ts';
import { defineScenario } from '../../../shared/model/scenario.ts';
import { buildPod } from '../../shared/objects.ts';

/** A pod that `sickScenario` finds: it has failed. */
export function sickPod(name: string): Pod {
  return buildPod(name, { phase: 'Failed' });
}

/** Finds every pod whose phase is Failed; reads Node and Event besides, and its log. */
export const sickScenario = defineScenario({
  id: 'pod/sick',
  title: 'Pod failed',
  subject: 'Pod',
  needs: ['Node'],
  mayRead: ['Event'],
  diagnose(pod, cluster) {
    if (pod.status?.phase !== 'Failed') return [];
    const log = cluster.logOf(pod, 'main', false);
    const said = log.state === 'ready' ? (log.excerpt.lines.at(-1)?.text ?? '') : log.state;
    return [
      {
        severity: 'high',
        summary: `Pod ${pod.metadata.name} failed`,
        cause: `Its log says: ${said}.`,
        advice: 'Look at its log.',
        evidence: [{ ref: refOf(pod), path: 'status.phase', observed: 'Failed', why: 'It is over.' }],
        confidence: 'high',
        terminal: true,
      },
    ];
  },
});
