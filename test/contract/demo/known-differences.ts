/** Where the demo server is meant to differ from a real API server, and why. An entry that no longer differs fails the suite. */
import type { KnownDifference } from './compare.ts';

const NOT_SERVED =
  'no fabric of the demo has certificate requests, device claims, rules of API priority, or the two oldest kinds';
const USAGE = 'a demo fabric has a metrics server, the real one here has none';
const OWN_WRITES =
  "the demo's own writes (controllers, quota, eviction) leave no managed fields: nobody applies to what they own";
const NOT_KEPT = 'what is asked for and not kept has no managed fields: nobody could read them';
const EMPTY_RULES = 'an empty list belongs to nobody';

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  ...['certificates.k8s.io', 'flowcontrol.apiserver.k8s.io', 'resource.k8s.io'].flatMap((group) => [
    { case: 'discovery/apis', at: `*.groups.${group}`, reason: NOT_SERVED },
    { case: 'discovery/aggregated-groups', at: `*.items.${group}`, reason: NOT_SERVED },
  ]),
  { case: 'discovery/apis', at: '*.groups.metrics.k8s.io', reason: USAGE },
  { case: 'discovery/aggregated-groups', at: '*.items.metrics.k8s.io', reason: USAGE },
  ...['bindings', 'componentstatuses'].flatMap((resource) => [
    { case: 'discovery/core', at: `*.resources.${resource}`, reason: NOT_SERVED },
    { case: 'discovery/aggregated-core', at: `*.resources.${resource}`, reason: NOT_SERVED },
  ]),
  {
    case: 'discovery/openapi-unknown',
    at: '*',
    reason: 'the real one answers with an empty page, the demo with the words of all other missing pages',
  },
  {
    case: 'table/daemonset',
    at: '*managedFields*',
    reason: 'the annotation that counts templates is written by the server and belongs to nobody',
  },
  {
    case: 'defaults/apps',
    at: '6 *managedFields*',
    reason: 'the annotation that counts templates is written by the server and belongs to nobody',
  },
  {
    case: 'table/job',
    at: '*.metadata.labels',
    reason: 'a write of a status that has no labels takes those of the Job; the real one makes them anew',
  },
  { case: 'table/clusterrole', at: '*.managedFields', reason: EMPTY_RULES },
  { case: 'invalid/names-others', at: '8 *.managedFields', reason: EMPTY_RULES },
  { case: 'access/cluster-roles', at: '12 *.managedFields', reason: EMPTY_RULES },
  {
    case: 'create/wrong-type',
    at: '* POST /apis/apps/v1/*.message',
    reason: 'versions that Kubernetes dropped long ago are unknown here, not known and refused',
  },
  {
    case: 'defaults/others',
    at: '*.spec.taints',
    reason: 'a node of the demo comes ready: nothing has to take away the taint that says it is not',
  },
  {
    case: 'update/node',
    at: '*.spec.taints[1]',
    reason: 'a node of the demo comes ready: nothing has to take away the taint that says it is not',
  },
  { case: 'invalid/resources', at: '8 *', reason: 'huge pages are not counted in pages' },
  { case: 'invalid/pod-spec', at: '21 *', reason: 'names of kernel parameters are not checked' },
  {
    case: 'apply/wrong',
    at: '17 *.causes[3]',
    reason: 'the real one finds a bad label four times when it is applied, the demo three times',
  },
  {
    case: 'subresource/status',
    at: '6 *',
    reason: 'the counts in a status are not checked against each other: only controllers write them',
  },
  {
    case: 'subresource/status',
    at: '7 *',
    reason: 'the counts in a status are not checked against each other: only controllers write them',
  },
  {
    case: 'subresource/scale',
    at: '7 *essage',
    reason: 'a Scale shows no managed fields, so the quoted patch has none either',
  },
  { case: 'subresource/scale', at: '17 *', reason: 'a Scale cannot be applied' },
  {
    case: 'subresource/scale',
    at: '18 *managedFields*',
    reason: 'a Scale of no replicas keeps its owner; in the real one nobody owns a zero',
  },
  { case: 'subresource/eviction-budget', at: '10 *managedFields*', reason: OWN_WRITES },
  {
    case: 'subresource/none',
    at: '5 *',
    reason: 'there is no proxy to Services: nothing listens behind them',
  },
  { case: 'custom/definition', at: '*managedFields[1]', reason: OWN_WRITES },
  {
    case: 'custom/definition-wrong',
    at: '5 *',
    reason: 'a root of the wrong type is found once, not once more for the status subresource',
  },
  {
    case: 'custom/instances',
    at: '21 *.warning',
    reason: 'of a version that does not exist the real one says which fields it would not know',
  },
  ...['7', '8', '11', '12'].map((step) => ({
    case: 'custom/invalid',
    at: `${step} *`,
    reason:
      'the real one complains twice of replicas of the wrong type: by the schema and by the scale subresource',
  })),
  {
    case: 'custom/invalid',
    at: '27 *',
    reason: 'the real one takes a value of zero for a divisor of zero, by mistake',
  },
  {
    case: 'custom/status',
    at: '9 *essage',
    reason:
      'in a write of a status the real one leaves the first part of the path out of its sentence, and only there',
  },
  { case: 'admission/quota-*', at: '*managedFields*', reason: OWN_WRITES },
  { case: 'access/self-access', at: '*.managedFields', reason: NOT_KEPT },
  { case: 'access/subject-access', at: '*.managedFields', reason: NOT_KEPT },
  { case: 'access/tokens', at: '*.managedFields', reason: NOT_KEPT },
  { case: 'access/tokens-wrong', at: '*.managedFields', reason: NOT_KEPT },
  {
    case: 'access/tokens',
    at: '7 *.status.audiences',
    reason: 'a review that names no audience is told none',
  },
  { case: 'protocol/accept', at: '*.message', reason: 'answers are JSON or YAML, never protobuf' },
  { case: 'protocol/hostile', at: '8 *', reason: 'bodies are refused from 500 levels on, not from 10,000' },
];
