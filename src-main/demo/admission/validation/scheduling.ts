/** Where a pod may run: affinity, tolerations, spread over a topology. */
import { isRecord, list, record, records, text } from '../../../../shared/cluster/narrow.ts';
import { numberIn, type Fields } from '../json.ts';
import { checkSelector } from './metadata.ts';
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from './names.ts';
import { InOrder, type Report } from './report.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

function checkToleration(report: Report, at: string, toleration: Fields): void {
  const [key, operator, value, effect] = [
    text(toleration.key),
    text(toleration.operator),
    text(toleration.value),
    text(toleration.effect),
  ];
  if (key !== '') report.invalidAll(`${at}.key`, key, qualifiedName(key));
  else if (operator !== 'Exists') {
    const words = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    report.invalid(`${at}.operator`, operator, words);
  }
  if (numberIn(toleration.tolerationSeconds) !== undefined && effect !== 'NoExecute') {
    report.invalid(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
  }
  if (operator === '' || operator === 'Equal') {
    const faults = labelValue(value);
    if (faults.length > 0) report.invalid(`${at}.operator`, value, faults.join(';'));
  } else if (operator === 'Exists') {
    if (value !== '')
      report.invalid(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'");
  } else if (operator === 'Lt' || operator === 'Gt') {
    report.notSupported(`${at}.operator`, operator, ['Equal', 'Exists', 'Lt', 'Gt']);
  } else report.notSupported(`${at}.operator`, operator, ['Equal', 'Exists']);
  if (effect !== '' && !EFFECTS.includes(effect)) report.notSupported(`${at}.effect`, effect, EFFECTS);
}

export function checkTolerations(report: Report, field: string, tolerations: unknown): void {
  records(tolerations).forEach((toleration, index) => {
    checkToleration(report, `${field}[${index}]`, toleration);
  });
}

/** Taints of a node. */
export function checkTaints(report: Report, field: string, taints: unknown): void {
  const seen = new Set<string>();
  records(taints).forEach((taint, index) => {
    const at = `${field}[${index}]`;
    const [key, value, effect] = [text(taint.key), text(taint.value), text(taint.effect)];
    report.invalidAll(`${at}.key`, key, qualifiedName(key));
    const faults = labelValue(value);
    if (faults.length > 0) report.invalid(`${at}.value`, value, faults.join(';'));
    if (effect === '') report.required(`${at}.effect`);
    else if (!EFFECTS.includes(effect)) report.notSupported(`${at}.effect`, effect, EFFECTS);
    const unique = `${key} ${effect}`;
    if (seen.has(unique)) {
      const { timeAdded } = taint;
      const shown = new InOrder({ Key: key, Value: value, Effect: effect, TimeAdded: timeAdded ?? null });
      report.duplicate(at, shown, 'taints must be unique by key and effect pair');
    }
    seen.add(unique);
  });
}

function checkExpression(report: Report, at: string, expression: Fields): void {
  const operator = text(expression.operator);
  const values = list(expression.values);
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      report.required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      report.forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    }
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) {
      report.required(`${at}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'");
    }
  } else report.invalid(`${at}.operator`, operator, 'not a valid selector operator');
  report.invalidAll(`${at}.key`, text(expression.key), qualifiedName(text(expression.key)));
  values.forEach((value, index) => {
    report.invalidAll(`${at}.values[${index}]`, value, labelValue(text(value)));
  });
}

function checkFieldExpression(report: Report, at: string, expression: Fields): void {
  const operator = text(expression.operator);
  if (operator !== 'In' && operator !== 'NotIn') {
    report.invalid(`${at}.operator`, operator, 'not a valid selector operator');
  } else if (list(expression.values).length !== 1) {
    report.required(
      `${at}.values`,
      "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
    );
  }
  if (expression.key !== 'metadata.name') {
    report.invalid(`${at}.key`, text(expression.key), 'not a valid field selector key');
    return;
  }
  list(expression.values).forEach((value, index) => {
    report.invalidAll(`${at}.values[${index}]`, value, dnsSubdomain(text(value)));
  });
}

function checkNodeTerm(report: Report, at: string, term: Fields): void {
  records(term.matchExpressions).forEach((expression, index) => {
    checkExpression(report, `${at}.matchExpressions[${index}]`, expression);
  });
  records(term.matchFields).forEach((expression, index) => {
    checkFieldExpression(report, `${at}.matchFields[${index}]`, expression);
  });
}

/** A NodeSelector: of a pod's affinity or of a volume. */
export function checkNodeSelector(report: Report, field: string, selector: unknown): void {
  const terms = records(record(selector).nodeSelectorTerms);
  if (terms.length === 0)
    report.required(`${field}.nodeSelectorTerms`, 'must have at least one node selector term');
  terms.forEach((term, index) => {
    checkNodeTerm(report, `${field}.nodeSelectorTerms[${index}]`, term);
  });
}

function checkPodTerm(report: Report, at: string, term: Fields): void {
  checkSelector(report, `${at}.labelSelector`, term.labelSelector);
  checkSelector(report, `${at}.namespaceSelector`, term.namespaceSelector);
  for (const name of list(term.namespaces)) report.invalidAll(`${at}.namespace`, name, dnsLabel(text(name)));
  const key = text(term.topologyKey);
  if (key === '') report.required(`${at}.topologyKey`, 'can not be empty');
  report.invalidAll(`${at}.topologyKey`, key, qualifiedName(key));
}

export function checkAffinity(report: Report, field: string, affinity: unknown): void {
  if (!isRecord(affinity)) return;
  if (isRecord(affinity.nodeAffinity)) {
    const at = `${field}.nodeAffinity`;
    const { [REQUIRED]: required, [PREFERRED]: preferred } = affinity.nodeAffinity;
    if (required != null) checkNodeSelector(report, `${at}.${REQUIRED}`, required);
    records(preferred).forEach((term, index) => {
      const place = `${at}.${PREFERRED}[${index}]`;
      checkWeight(report, `${place}.weight`, term.weight);
      checkNodeTerm(report, `${place}.preference`, record(term.preference));
    });
  }
  for (const side of ['podAffinity', 'podAntiAffinity']) {
    const terms = record(affinity[side]);
    records(terms[REQUIRED]).forEach((term, index) => {
      checkPodTerm(report, `${field}.${side}.${REQUIRED}[${index}]`, term);
    });
    records(terms[PREFERRED]).forEach((term, index) => {
      const place = `${field}.${side}.${PREFERRED}[${index}]`;
      checkWeight(report, `${place}.weight`, term.weight);
      checkPodTerm(report, `${place}.podAffinityTerm`, record(term.podAffinityTerm));
    });
  }
}

function checkWeight(report: Report, field: string, weight: unknown): void {
  const number = numberIn(weight) ?? 0;
  if (number <= 0 || number > 100) report.invalid(field, number, 'must be in the range 1-100');
}

const UNSATISFIABLE = ['DoNotSchedule', 'ScheduleAnyway'];

export function checkSpread(report: Report, field: string, constraints: unknown): void {
  const all = records(constraints);
  all.forEach((constraint, index) => {
    const at = `${field}[${index}]`;
    const skew = numberIn(constraint.maxSkew) ?? 0;
    const [key, action] = [text(constraint.topologyKey), text(constraint.whenUnsatisfiable)];
    if (skew <= 0) report.invalid(`${at}.maxSkew`, skew, 'must be greater than zero');
    if (key === '') report.required(`${at}.topologyKey`, 'can not be empty');
    if (!UNSATISFIABLE.includes(action))
      report.notSupported(`${at}.whenUnsatisfiable`, action, UNSATISFIABLE);
    const again = all
      .slice(index + 1)
      .some((other) => other.topologyKey === key && other.whenUnsatisfiable === action);
    if (again) report.duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${key}, ${action}}`);
    const domains = numberIn(constraint.minDomains);
    if (domains !== undefined) {
      if (domains <= 0) report.invalid(`${at}.minDomains`, domains, 'must be greater than zero');
      if (action !== 'DoNotSchedule') {
        const words = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`;
        report.invalid(`${at}.minDomains`, domains, words);
      }
    }
    checkSelector(report, `${at}.labelSelector`, constraint.labelSelector);
  });
}
