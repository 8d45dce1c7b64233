/** Defaults of the workloads: apps/v1, batch/v1, autoscaling and policy. */
import { list, record } from '../../../../shared/cluster/narrow.ts';
import type { Fields } from '../json.ts';
import { CLAIM_SPEC, POD_TEMPLATE, QUANTITY } from './pod-spec.ts';
import type { Rule } from './rule.ts';

const LARGEST_INT32 = 2_147_483_647;
const EMPTY: Fields = {};

/** Fills in the parameters of the RollingUpdate strategy, where that is the strategy. */
function rolling(parameters: Fields): (strategy: Fields) => Fields {
  return (strategy) => {
    if (strategy.type !== 'RollingUpdate') return strategy;
    const given = record(strategy.rollingUpdate);
    const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value != null));
    return { ...strategy, rollingUpdate: { ...parameters, ...present } };
  };
}

export const DEPLOYMENT: Rule = {
  set: { spec: EMPTY, status: EMPTY },
  within: {
    spec: {
      set: {
        replicas: 1,
        template: EMPTY,
        strategy: EMPTY,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
      },
      within: {
        template: POD_TEMPLATE,
        strategy: {
          set: { type: 'RollingUpdate' },
          last: rolling({ maxUnavailable: '25%', maxSurge: '25%' }),
        },
      },
    },
  },
};

export const REPLICA_SET: Rule = {
  set: { spec: EMPTY, status: { replicas: 0 } },
  within: { spec: { set: { replicas: 1, template: EMPTY }, within: { template: POD_TEMPLATE } } },
};

/** An old controller's selector and labels come from its template. */
export const REPLICATION_CONTROLLER: Rule = {
  set: { spec: EMPTY, status: { replicas: 0 } },
  within: { spec: { set: { replicas: 1 }, within: { template: POD_TEMPLATE } } },
  last: (controller) => {
    const spec = record(controller.spec);
    const labels = record(record(spec.template).metadata).labels;
    if (Object.keys(record(labels)).length === 0) return controller;
    const metadata = record(controller.metadata);
    return {
      ...controller,
      metadata: Object.keys(record(metadata.labels)).length > 0 ? metadata : { ...metadata, labels },
      spec: Object.keys(record(spec.selector)).length > 0 ? spec : { ...spec, selector: labels },
    };
  },
};

export const DAEMON_SET: Rule = {
  set: {
    spec: EMPTY,
    status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  },
  within: {
    spec: {
      set: { template: EMPTY, updateStrategy: EMPTY, revisionHistoryLimit: 10 },
      within: {
        template: POD_TEMPLATE,
        updateStrategy: { set: { type: 'RollingUpdate' }, last: rolling({ maxUnavailable: 1, maxSurge: 0 }) },
      },
    },
  },
};

/** Without a type the parameters are filled in; a type without parameters stays without. */
function statefulStrategy(strategy: Fields): Fields {
  const typed = typeof strategy.type === 'string' && strategy.type !== '';
  if (typed && (strategy.type !== 'RollingUpdate' || strategy.rollingUpdate == null)) return strategy;
  return {
    ...strategy,
    type: 'RollingUpdate',
    rollingUpdate: { partition: 0, ...record(strategy.rollingUpdate) },
  };
}

const CLAIM_TEMPLATE: Rule = {
  set: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: { phase: 'Pending' } },
  within: { spec: CLAIM_SPEC, status: { set: { phase: 'Pending' } } },
};

export const STATEFUL_SET: Rule = {
  set: { spec: EMPTY, status: { replicas: 0, availableReplicas: 0 } },
  within: {
    spec: {
      set: {
        replicas: 1,
        template: EMPTY,
        podManagementPolicy: 'OrderedReady',
        updateStrategy: EMPTY,
        revisionHistoryLimit: 10,
        persistentVolumeClaimRetentionPolicy: EMPTY,
      },
      last: (spec) => (spec.serviceName == null ? { ...spec, serviceName: '' } : spec),
      within: {
        template: POD_TEMPLATE,
        updateStrategy: { last: statefulStrategy },
        persistentVolumeClaimRetentionPolicy: { set: { whenDeleted: 'Retain', whenScaled: 'Retain' } },
        'volumeClaimTemplates[]': CLAIM_TEMPLATE,
      },
    },
  },
};

function jobCounts(spec: Fields): Fields {
  const both = spec.completions == null && spec.parallelism == null;
  return {
    ...spec,
    ...(both ? { completions: 1 } : {}),
    ...(spec.parallelism == null ? { parallelism: 1 } : {}),
    ...(spec.backoffLimit == null
      ? { backoffLimit: spec.backoffLimitPerIndex == null ? 6 : LARGEST_INT32 }
      : {}),
    ...(spec.podReplacementPolicy == null
      ? { podReplacementPolicy: spec.podFailurePolicy == null ? 'TerminatingOrFailed' : 'Failed' }
      : {}),
  };
}

const FAILURE_RULE: Rule = { within: { 'onPodConditions[]': { set: { status: 'True' } } } };

const JOB_SPEC: Rule = {
  set: { template: EMPTY, completionMode: 'NonIndexed', suspend: false, manualSelector: false },
  within: {
    template: POD_TEMPLATE,
    podFailurePolicy: { within: { 'rules[]': FAILURE_RULE } },
  },
  first: jobCounts,
};

/** A job without labels takes those of its template. */
export const JOB: Rule = {
  set: { spec: EMPTY, status: EMPTY },
  within: { spec: JOB_SPEC },
  last: (job) => {
    const labels = record(record(record(job.spec).template).metadata).labels;
    const own = record(record(job.metadata).labels);
    if (Object.keys(own).length > 0 || Object.keys(record(labels)).length === 0) return job;
    return { ...job, metadata: { ...record(job.metadata), labels } };
  },
};

/** The template's job is not defaulted itself, only its pods. */
export const CRON_JOB: Rule = {
  set: { spec: EMPTY, status: EMPTY },
  within: {
    spec: {
      set: {
        jobTemplate: EMPTY,
        concurrencyPolicy: 'Allow',
        suspend: false,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
      },
      within: {
        jobTemplate: {
          set: { metadata: EMPTY, spec: EMPTY },
          within: {
            spec: {
              set: { template: EMPTY },
              within: {
                template: POD_TEMPLATE,
                podFailurePolicy: { within: { 'rules[]': FAILURE_RULE } },
              },
            },
          },
        },
      },
    },
  },
};

const SCALE_UP: Fields = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const SCALE_DOWN: Fields = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};
const EIGHTY_PERCENT_CPU: readonly Fields[] = [
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
];

const TARGET: Rule = { within: { value: QUANTITY, averageValue: QUANTITY } };
const METRIC: Rule = {
  within: Object.fromEntries(
    ['resource', 'containerResource', 'pods', 'object', 'external'].map((source) => [
      source,
      { within: { target: TARGET } },
    ]),
  ),
};

export const AUTOSCALER: Rule = {
  set: { spec: EMPTY, status: { currentMetrics: null, desiredReplicas: 0 } },
  within: {
    spec: {
      set: { minReplicas: 1 },
      within: {
        'metrics[]': METRIC,
        behavior: {
          set: { scaleUp: EMPTY, scaleDown: EMPTY },
          within: { scaleUp: { set: SCALE_UP }, scaleDown: { set: SCALE_DOWN } },
        },
      },
      last: (spec) => (list(spec.metrics).length > 0 ? spec : { ...spec, metrics: EIGHTY_PERCENT_CPU }),
    },
  },
};

export const DISRUPTION_BUDGET: Rule = {
  set: {
    status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  },
};
