/** Roles, bindings, service accounts' kin, autoscalers and disruption budgets. */
import { isRecord, list, record, records, text } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject, StoredObject } from '../../model.ts';
import { numberIn, sameValue, type Fields } from '../json.ts';
import { checkSelector, meetsSelector } from './metadata.ts';
import { dnsSubdomain, pathSegment } from './names.ts';
import { InOrder, type Report } from './report.ts';
import { checkAtMostAll, checkIntOrPercent } from './workloads.ts';

const GROUP = 'rbac.authorization.k8s.io';

function checkRule(report: Report, at: string, rule: Fields, namespaced: boolean): void {
  if (list(rule.verbs).length === 0) report.required(`${at}.verbs`, 'verbs must contain at least one value');
  const resourceParts = ['apiGroups', 'resources', 'resourceNames'].some(
    (name) => list(rule[name]).length > 0,
  );
  const urls = list(rule.nonResourceURLs);
  if (urls.length > 0) {
    const field = `${at}.nonResourceURLs`;
    if (namespaced) report.invalid(field, urls, 'namespaced rules cannot apply to non-resource URLs');
    if (resourceParts)
      report.invalid(field, urls, 'rules cannot apply to both regular resources and non-resource URLs');
    return;
  }
  if (list(rule.apiGroups).length === 0) {
    report.required(`${at}.apiGroups`, 'resource rules must supply at least one api group');
  }
  if (list(rule.resources).length === 0) {
    report.required(`${at}.resources`, 'resource rules must supply at least one resource');
  }
}

export function checkRole(report: Report, role: DraftObject): void {
  const namespaced = role.kind === 'Role';
  records(role.rules).forEach((rule, index) => {
    checkRule(report, `rules[${index}]`, rule, namespaced);
  });
  if (namespaced || !isRecord(role.aggregationRule)) return;
  const field = 'aggregationRule.clusterRoleSelectors';
  const selectors = list(role.aggregationRule.clusterRoleSelectors);
  if (selectors.length === 0) {
    report.required(field, 'at least one clusterRoleSelector required if aggregationRule is non-nil');
  }
  selectors.forEach((selector, index) => {
    checkSelector(report, `${field}[${index}]`, selector);
    if (meetsSelector(selector, {}) === undefined) {
      report.invalid(`${field}[${index}]`, null, 'invalid label selector.');
    }
  });
}

function checkSubject(report: Report, at: string, subject: Fields, namespaced: boolean): void {
  const [name, group] = [text(subject.name), text(subject.apiGroup)];
  if (name === '') report.required(`${at}.name`);
  if (subject.kind === 'ServiceAccount') {
    if (name !== '') report.invalidAll(`${at}.name`, name, dnsSubdomain(name));
    if (group !== '') report.notSupported(`${at}.apiGroup`, group, ['']);
    if (!namespaced && text(subject.namespace) === '') report.required(`${at}.namespace`);
  } else if (subject.kind === 'User' || subject.kind === 'Group') {
    if (group !== GROUP) report.notSupported(`${at}.apiGroup`, group, [GROUP]);
  } else report.notSupported(`${at}.kind`, text(subject.kind), ['ServiceAccount', 'User', 'Group']);
}

export function checkBinding(report: Report, binding: DraftObject, old: StoredObject | undefined): void {
  const namespaced = binding.kind === 'RoleBinding';
  const reference = record(binding.roleRef);
  const group = text(reference.apiGroup);
  if (group !== GROUP) report.notSupported('roleRef.apiGroup', group, [GROUP]);
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (!kinds.includes(text(reference.kind))) report.notSupported('roleRef.kind', text(reference.kind), kinds);
  const name = text(reference.name);
  if (name === '') report.required('roleRef.name');
  else report.invalidAll('roleRef.name', name, pathSegment(name));
  records(binding.subjects).forEach((subject, index) => {
    checkSubject(report, `subjects[${index}]`, subject, namespaced);
  });
  if (old === undefined || sameValue(reference, old.roleRef)) return;
  const inner = new InOrder({ APIGroup: group, Kind: text(reference.kind), Name: name });
  report.invalid('roleRef', inner, 'cannot change roleRef');
}

const METRIC_TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];

function checkMetric(report: Report, at: string, metric: Fields): void {
  const type = text(metric.type);
  if (type === '') {
    report.required(`${at}.type`, 'must specify a metric source type');
    report.notSupported(`${at}.type`, type, METRIC_TYPES);
    return;
  }
  if (!METRIC_TYPES.includes(type)) {
    // The API server says it twice.
    report.notSupported(`${at}.type`, type, METRIC_TYPES);
    report.notSupported(`${at}.type`, type, METRIC_TYPES);
    return;
  }
  const field = type.charAt(0).toLowerCase() + type.slice(1);
  if (!isRecord(metric[field])) {
    report.required(`${at}.${field}`, 'must populate information for the given metric source');
    return;
  }
  if (type === 'Resource') checkResourceMetric(report, `${at}.resource`, metric[field]);
}

function checkResourceMetric(report: Report, at: string, source: Fields): void {
  if (text(source.name) === '') report.required(`${at}.name`, 'must specify a resource name');
  const target = record(source.target);
  const type = text(target.type);
  if (type === '') report.required(`${at}.target.type`, 'must specify a metric target type');
  if (!['Utilization', 'Value', 'AverageValue'].includes(type)) {
    report.invalid(`${at}.target.type`, type, 'must be either Utilization, Value, or AverageValue');
  }
  const utilization = numberIn(target.averageUtilization);
  if (utilization !== undefined && utilization < 1) {
    report.invalid(`${at}.target.averageUtilization`, utilization, 'must be greater than 0');
  }
  if (utilization === undefined && target.averageValue == null) {
    report.required(
      `${at}.target.averageUtilization`,
      'must set either a target raw value or a target utilization',
    );
  } else if (utilization !== undefined && target.averageValue != null) {
    report.forbidden(
      `${at}.target.averageValue`,
      'may not set both a target raw value and a target utilization',
    );
  }
}

const LONGEST_PERIOD_S = 1800;

function checkScalingPolicy(report: Report, at: string, policy: Fields): void {
  const [value, period] = [numberIn(policy.value) ?? 0, numberIn(policy.periodSeconds) ?? 0];
  if (policy.type !== 'Pods' && policy.type !== 'Percent') {
    report.notSupported(`${at}.type`, text(policy.type), ['Percent', 'Pods']);
  }
  if (value <= 0) report.invalid(`${at}.value`, value, 'must be greater than zero');
  if (period <= 0) report.invalid(`${at}.periodSeconds`, period, 'must be greater than zero');
  if (period > LONGEST_PERIOD_S) {
    report.invalid(`${at}.periodSeconds`, period, `must be less than or equal to ${LONGEST_PERIOD_S}`);
  }
}

function checkBehavior(report: Report, behavior: Fields): void {
  for (const side of ['scaleUp', 'scaleDown']) {
    const rules = behavior[side];
    if (!isRecord(rules)) continue;
    const at = `spec.behavior.${side}`;
    const window = numberIn(rules.stabilizationWindowSeconds);
    if (window !== undefined && window < 0) {
      report.invalid(`${at}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero');
    }
    if (window !== undefined && window > 3600) {
      report.invalid(`${at}.stabilizationWindowSeconds`, window, 'must be less than or equal to 3600');
    }
    const choice = rules.selectPolicy;
    if (typeof choice === 'string' && !['Disabled', 'Max', 'Min'].includes(choice)) {
      report.notSupported(`${at}.selectPolicy`, choice, ['Disabled', 'Max', 'Min']);
    }
    const policies = records(rules.policies);
    if (policies.length === 0) report.required(`${at}.policies`, 'must specify at least one Policy');
    policies.forEach((policy, index) => {
      checkScalingPolicy(report, `${at}.policies[${index}]`, policy);
    });
  }
}

export function checkAutoscaler(
  report: Report,
  autoscaler: DraftObject,
  old: StoredObject | undefined,
): void {
  const spec = record(autoscaler.spec);
  const [min, max] = [numberIn(spec.minReplicas), numberIn(spec.maxReplicas) ?? 0];
  if (min !== undefined && min < 1)
    report.invalid('spec.minReplicas', min, 'must be greater than or equal to 1');
  if (max < 1) report.invalid('spec.maxReplicas', max, 'must be greater than 0');
  if (min !== undefined && max < min) {
    report.invalid('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`');
  }
  const target = record(spec.scaleTargetRef);
  for (const name of ['kind', 'name']) {
    const value = text(target[name]);
    if (value === '') report.required(`spec.scaleTargetRef.${name}`);
    else report.invalidAll(`spec.scaleTargetRef.${name}`, value, pathSegment(value));
  }
  // An old one may stay without a group.
  const grouped = (apiVersion: unknown): boolean => text(apiVersion).includes('/');
  const before = record(record(old?.spec).scaleTargetRef).apiVersion;
  if (!grouped(target.apiVersion) && (old === undefined || grouped(before))) {
    report.invalid(
      'spec.scaleTargetRef.apiVersion',
      text(target.apiVersion),
      'apiVersion must specify API group',
    );
  }
  records(spec.metrics).forEach((metric, index) => {
    checkMetric(report, `spec.metrics[${index}]`, metric);
  });
  const wakes = records(spec.metrics).some(({ type }) => type === 'Object' || type === 'External');
  if (min === 0 && !wakes) {
    const words = 'must specify at least one Object or External metric to support scaling to zero replicas';
    report.forbidden('spec.metrics', words);
  }
  checkBehavior(report, record(spec.behavior));
}

export function checkDisruptionBudget(report: Report, budget: DraftObject): void {
  const spec = record(budget.spec);
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: eviction } = spec;
  if (minAvailable != null && maxUnavailable != null) {
    const inner = new InOrder({
      MinAvailable: minAvailable,
      Selector: selector ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: eviction ?? null,
    });
    report.invalid('spec', inner, 'minAvailable and maxUnavailable cannot be both set');
  }
  for (const [name, value] of [
    ['minAvailable', minAvailable],
    ['maxUnavailable', maxUnavailable],
  ] as const) {
    checkIntOrPercent(report, `spec.${name}`, value);
    checkAtMostAll(report, `spec.${name}`, value);
  }
  if (selector != null) checkSelector(report, 'spec.selector', selector);
  if (typeof eviction === 'string' && eviction !== 'AlwaysAllow' && eviction !== 'IfHealthyBudget') {
    report.notSupported('spec.unhealthyPodEvictionPolicy', eviction, ['AlwaysAllow', 'IfHealthyBudget']);
  }
}
