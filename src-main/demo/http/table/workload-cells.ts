/** The cells of workloads, budgets and autoscalers, as the API server prints them. */
import { containerCells, conditionStatus, formatLabels, formatSelector, plain, shorten } from './format.ts';
import { humanDuration, since } from './duration.ts';
import type { PrintCells } from './row.ts';
import { countAt, entriesAt, listAt, numberAt, textAt, valueAt } from './value.ts';

const age: (object: { readonly metadata: { readonly creationTimestamp: string } }, now: number) => string = (
  object,
  now,
) => since(object.metadata.creationTimestamp, now);

function templateOf(object: unknown): unknown {
  return valueAt(object, 'spec', 'template', 'spec');
}

const printDeployment: PrintCells = (object, now) => [
  object.metadata.name,
  `${countAt(object, 'status', 'readyReplicas')}/${countAt(object, 'spec', 'replicas')}`,
  countAt(object, 'status', 'updatedReplicas'),
  countAt(object, 'status', 'availableReplicas'),
  age(object, now),
  ...containerCells(templateOf(object)),
  formatSelector(valueAt(object, 'spec', 'selector'), ''),
];

const printReplicas =
  (selector: (value: unknown) => string): PrintCells =>
  (object, now) => [
    object.metadata.name,
    countAt(object, 'spec', 'replicas'),
    countAt(object, 'status', 'replicas'),
    countAt(object, 'status', 'readyReplicas'),
    age(object, now),
    ...containerCells(templateOf(object)),
    selector(valueAt(object, 'spec', 'selector')),
  ];

const printStatefulSet: PrintCells = (object, now) => [
  object.metadata.name,
  `${countAt(object, 'status', 'readyReplicas')}/${countAt(object, 'spec', 'replicas')}`,
  age(object, now),
  ...containerCells(templateOf(object)),
];

const printDaemonSet: PrintCells = (object, now) => [
  object.metadata.name,
  countAt(object, 'status', 'desiredNumberScheduled'),
  countAt(object, 'status', 'currentNumberScheduled'),
  countAt(object, 'status', 'numberReady'),
  countAt(object, 'status', 'updatedNumberScheduled'),
  countAt(object, 'status', 'numberAvailable'),
  formatLabels(valueAt(templateOf(object), 'nodeSelector')),
  age(object, now),
  ...containerCells(templateOf(object)),
  formatSelector(valueAt(object, 'spec', 'selector')),
];

/** The first that holds names the job's state. */
const JOB_STATES = [
  ['Complete', 'Complete'],
  ['Failed', 'Failed'],
  [undefined, 'Terminating'],
  ['Suspended', 'Suspended'],
  ['FailureTarget', 'FailureTarget'],
  ['SuccessCriteriaMet', 'SuccessCriteriaMet'],
] as const;

const jobState: (job: Parameters<PrintCells>[0]) => string = (job) =>
  JOB_STATES.find(([condition]) =>
    condition === undefined
      ? job.metadata.deletionTimestamp !== undefined
      : conditionStatus(job, condition) === 'True',
  )?.[1] ?? 'Running';

function jobCompletions(job: unknown): string {
  const succeeded = countAt(job, 'status', 'succeeded');
  const completions = numberAt(job, 'spec', 'completions');
  if (completions !== undefined) return `${succeeded}/${completions}`;
  const parallelism = countAt(job, 'spec', 'parallelism');
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration(job: unknown, now: number): string {
  const start = textAt(job, 'status', 'startTime');
  if (start === '') return '';
  const end = textAt(job, 'status', 'completionTime');
  return humanDuration((end === '' ? now : Date.parse(end)) - Date.parse(start));
}

const printJob: PrintCells = (object, now) => [
  object.metadata.name,
  jobState(object),
  jobCompletions(object),
  jobDuration(object, now),
  age(object, now),
  ...containerCells(templateOf(object)),
  formatSelector(valueAt(object, 'spec', 'selector')),
];

const printCronJob: PrintCells = (object, now) => {
  const suspend = valueAt(object, 'spec', 'suspend');
  const last = textAt(object, 'status', 'lastScheduleTime');
  const template = valueAt(object, 'spec', 'jobTemplate', 'spec');
  return [
    object.metadata.name,
    textAt(object, 'spec', 'schedule'),
    textAt(object, 'spec', 'timeZone') || '<none>',
    typeof suspend === 'boolean' ? (suspend ? 'True' : 'False') : '<unset>',
    listAt(object, 'status', 'active').length,
    last === '' ? '<none>' : since(last, now),
    age(object, now),
    ...containerCells(templateOf(template === undefined ? undefined : { spec: template })),
    formatSelector(valueAt(template, 'selector')),
  ];
};

const printRevision: PrintCells = (object, now) => {
  const owner = object.metadata.ownerReferences?.find(({ controller }) => controller === true);
  const group = owner?.apiVersion.includes('/') === true ? `.${owner.apiVersion.split('/')[0] ?? ''}` : '';
  return [
    object.metadata.name,
    owner === undefined ? '<none>' : `${owner.kind.toLowerCase()}${group}/${owner.name}`,
    countAt(object, 'revision'),
    age(object, now),
  ];
};

const printBudget: PrintCells = (object, now) => [
  object.metadata.name,
  plain(valueAt(object, 'spec', 'minAvailable'), 'N/A'),
  plain(valueAt(object, 'spec', 'maxUnavailable'), 'N/A'),
  countAt(object, 'status', 'disruptionsAllowed'),
  age(object, now),
];

/** Where each kind of metric keeps its target and its present value. */
const METRICS: Readonly<Record<string, string>> = {
  External: 'external',
  Pods: 'pods',
  Object: 'object',
  Resource: 'resource',
  ContainerResource: 'containerResource',
};

function formatMetric(spec: unknown, status: unknown): string {
  const type = textAt(spec, 'type');
  const source = METRICS[type];
  if (source === undefined) return '<unknown type>';
  const target = valueAt(spec, source, 'target');
  const current = valueAt(status, source, 'current');
  const average = valueAt(target, 'averageValue');
  if (type === 'Resource' || type === 'ContainerResource') {
    const name = textAt(spec, source, 'name');
    if (average !== undefined)
      return `${name}: ${plain(valueAt(current, 'averageValue'), '<unknown>')}/${plain(average)}`;
    const wanted = numberAt(target, 'averageUtilization');
    const used = numberAt(current, 'averageUtilization');
    return `${name}: ${used === undefined ? '<unknown>' : `${used}%`}/${wanted === undefined ? '<auto>' : `${wanted}%`}`;
  }
  if (average !== undefined) {
    const text = `${plain(valueAt(current, 'averageValue'), '<unknown>')}/${plain(average)}`;
    return type === 'Pods' ? text : `${text} (avg)`;
  }
  return `${plain(valueAt(current, 'value'), '<unknown>')}/${plain(valueAt(target, 'value'))}`;
}

/** autoscaling/v1 knows one metric only. */
function metricsOf(scaler: unknown): {
  readonly specs: readonly unknown[];
  readonly statuses: readonly unknown[];
} {
  const simple = numberAt(scaler, 'spec', 'targetCPUUtilizationPercentage');
  if (simple === undefined)
    return { specs: listAt(scaler, 'spec', 'metrics'), statuses: listAt(scaler, 'status', 'currentMetrics') };
  const used = numberAt(scaler, 'status', 'currentCPUUtilizationPercentage');
  const metric = (part: object): unknown => ({ type: 'Resource', resource: { name: 'cpu', ...part } });
  return {
    specs: [metric({ target: { averageUtilization: simple } })],
    statuses: used === undefined ? [] : [metric({ current: { averageUtilization: used } })],
  };
}

const printAutoscaler: PrintCells = (object, now) => {
  const { specs, statuses } = metricsOf(object);
  const texts = specs.map((spec, index) => formatMetric(spec, statuses[index]));
  return [
    object.metadata.name,
    `${textAt(object, 'spec', 'scaleTargetRef', 'kind')}/${textAt(object, 'spec', 'scaleTargetRef', 'name')}`,
    texts.length === 0 ? '<none>' : shorten(texts, 2, texts.length, ', '),
    plain(valueAt(object, 'spec', 'minReplicas'), '<unset>'),
    countAt(object, 'spec', 'maxReplicas'),
    countAt(object, 'status', 'currentReplicas'),
    age(object, now),
  ];
};

const printPodTemplate: PrintCells = (object) => [
  object.metadata.name,
  ...containerCells(valueAt(object, 'template', 'spec')),
  formatLabels(valueAt(object, 'template', 'metadata', 'labels')),
];

/** `pods: 3/10, requests.cpu: 1/2`, limits apart from the rest. */
const printQuota: PrintCells = (object, now) => {
  const rows = entriesAt(object, 'status', 'hard').map(([name, hard]) => {
    const used = plain(valueAt(object, 'status', 'used', name), '0');
    return { limits: name.startsWith('limits.'), text: `${name}: ${used}/${plain(hard)}` };
  });
  const join = (limits: boolean): string =>
    rows
      .filter((row) => row.limits === limits)
      .map(({ text }) => text)
      .join(', ');
  return [object.metadata.name, join(false), join(true), age(object, now)];
};

export const WORKLOAD_CELLS: Readonly<Record<string, PrintCells>> = {
  'deployments.apps': printDeployment,
  'replicasets.apps': printReplicas((selector) => formatSelector(selector)),
  replicationcontrollers: printReplicas((selector) => formatLabels(selector)),
  'statefulsets.apps': printStatefulSet,
  'daemonsets.apps': printDaemonSet,
  'controllerrevisions.apps': printRevision,
  'jobs.batch': printJob,
  'cronjobs.batch': printCronJob,
  'poddisruptionbudgets.policy': printBudget,
  'horizontalpodautoscalers.autoscaling': printAutoscaler,
  podtemplates: printPodTemplate,
  resourcequotas: printQuota,
};
