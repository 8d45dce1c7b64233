/** config/configmap-missing: a pod cannot start, because a ConfigMap it needs does not exist or lacks a key. */
import { defineScenario } from '../../model/scenario.ts';
import { diagnoseMissing } from '../missing-diagnosis.ts';

/** Rests on the kubelet's word; where ConfigMaps can be read, on their absence too. */
export const configMapMissing = defineScenario<'Pod'>({
  id: 'config/configmap-missing',
  title: 'ConfigMap or key missing',
  subject: 'Pod',
  needs: [],
  mayRead: ['ConfigMap', 'Event'],
  diagnose: (pod, cluster, now) => diagnoseMissing('ConfigMap', pod, cluster, now),
});
