/** Where kubectl is meant to say something else on the demo server, and why. An entry that no longer differs fails the suite. */
import type { KnownDifference } from './compare.ts';

const NOT_SERVED =
  'no fabric of the demo has certificate requests, device claims, rules of API priority, or the two oldest kinds';
const USAGE = 'a demo fabric has a metrics server, the real one here has none';

export const KNOWN_SESSION_DIFFERENCES: readonly KnownDifference[] = [
  ...['certificates', 'flowcontrol.apiserver', 'resource'].map((group) => ({
    case: 'look-around',
    at: `2 kubectl api-versions: only real: ${group}.k8s.io/v1`,
    reason: NOT_SERVED,
  })),
  ...[
    'bindings',
    'componentstatuses',
    'certificatesigningrequests',
    'flowschemas',
    'prioritylevelconfigurations',
  ]
    .concat(['deviceclasses', 'resourceclaims', 'resourceclaimtemplates', 'resourceslices'])
    .map((resource) => ({
      case: 'look-around',
      at: `3 kubectl api-resources: only real: ${resource} *`,
      reason: NOT_SERVED,
    })),
  { case: 'look-around', at: '2 kubectl api-versions: only demo: metrics.k8s.io/v1beta1', reason: USAGE },
  { case: 'look-around', at: '3 kubectl api-resources: only demo: nodes *', reason: USAGE },
  { case: 'look-around', at: '3 kubectl api-resources: only demo: pods *', reason: USAGE },
  { case: 'pods', at: '* kubectl top pod: *', reason: USAGE },
  { case: 'pods', at: '* kubectl top node: *', reason: USAGE },
  {
    case: 'create-and-get',
    at: '* kubectl get deployment web -o yaml --show-managed-fields: *',
    reason: 'the controllers of the demo leave no managed fields',
  },
  {
    case: 'apply',
    at: '* kubectl apply -f -: * ! The request is invalid: *',
    reason: 'the real one quotes the patch as its merge has left it, half used up',
  },
  { case: 'pods', at: '* kubectl cp *', reason: 'the containers of the demo have no tar' },
];
