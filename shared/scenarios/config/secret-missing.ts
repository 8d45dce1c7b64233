/** config/secret-missing: a pod cannot start, because a Secret it needs does not exist or lacks a key. */
import { defineScenario } from '../../model/scenario.ts';
import { diagnoseMissing } from '../missing-diagnosis.ts';

/** Rests on the kubelet's word; where Secrets can be read, on their absence too. */
export const secretMissing = defineScenario<'Pod'>({
  id: 'config/secret-missing',
  title: 'Secret or key missing',
  subject: 'Pod',
  needs: [],
  mayRead: ['Secret', 'Event'],
  diagnose: (pod, cluster, now) => diagnoseMissing('Secret', pod, cluster, now),
});
