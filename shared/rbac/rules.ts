/** Policy rules of RBAC (rbac.authorization.k8s.io/v1): what is read of one, and what it allows. */
import { list, records } from '../cluster/narrow.ts';

/** A rule about resources; rules about paths (`nonResourceURLs`) are none of ours. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  /** `pods`, or `pods/log` for a subresource. */
  readonly resources: readonly string[];
  /** Empty: every name. */
  readonly resourceNames: readonly string[];
}

/** Something that somebody may want to do, in the words of an access review. */
export interface AccessQuestion {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  /** Without one: in all namespaces, or a cluster-scoped kind. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** How far a rule goes: `partly` where it allows only objects of certain names and the question names none. */
export type Reach = 'allowed' | 'partly' | 'denied';

const texts = (value: unknown): readonly string[] => list(value).filter((each) => typeof each === 'string');

/** The rules of a role, or of a SelfSubjectRulesReview; malformed ones and those about paths are left out. */
export function readRules(value: unknown): PolicyRule[] {
  return records(value)
    .map(({ verbs, apiGroups, resources, resourceNames }) => ({
      verbs: texts(verbs),
      apiGroups: texts(apiGroups),
      resources: texts(resources),
      resourceNames: texts(resourceNames),
    }))
    .filter(({ resources }) => resources.length > 0);
}

// `*` is everything, `pods/log` that subresource, `*/scale` that of every kind; `pods/*` means nothing to the server.
function matchesResource(resources: readonly string[], { resource, subresource = '' }: AccessQuestion) {
  if (resources.includes('*')) return true;
  if (subresource === '') return resources.includes(resource);
  return resources.includes(`${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
}

/** What one rule says to a question; its namespace is a matter of the binding. */
export function reachOf(rule: PolicyRule, question: AccessQuestion): Reach {
  const has = (values: readonly string[], wanted: string) => values.includes('*') || values.includes(wanted);
  if (!has(rule.verbs, question.verb) || !has(rule.apiGroups, question.group)) return 'denied';
  if (!matchesResource(rule.resources, question)) return 'denied';
  if (rule.resourceNames.length === 0) return 'allowed';
  if (question.name !== undefined && question.name !== '')
    return rule.resourceNames.includes(question.name) ? 'allowed' : 'denied';
  // An object that is yet to be created has no name when the server asks.
  const isNew = question.verb === 'create' && (question.subresource ?? '') === '';
  return isNew ? 'denied' : 'partly';
}

/** The furthest that any of the rules goes. */
export function furthestReach(rules: readonly PolicyRule[], question: AccessQuestion): Reach {
  let furthest: Reach = 'denied';
  for (const rule of rules) {
    const reach = reachOf(rule, question);
    if (reach === 'allowed') return 'allowed';
    if (reach === 'partly') furthest = 'partly';
  }
  return furthest;
}

/** Each verb on each resource of a rule as a question of its own. */
export function questionsOf(rule: PolicyRule, namespace?: string): AccessQuestion[] {
  const names = rule.resourceNames.length === 0 ? [undefined] : rule.resourceNames;
  return rule.apiGroups.flatMap((group) =>
    rule.resources.flatMap((whole) => {
      const [resource = '', subresource] = whole.split('/');
      return rule.verbs.flatMap((verb) =>
        names.map((name) => ({ verb, group, resource, subresource, namespace, name })),
      );
    }),
  );
}

/** What of the wanted rules no owned rule allows: nobody may grant more than they hold. */
export function uncovered(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): AccessQuestion[] {
  return wanted
    .flatMap((rule) => questionsOf(rule))
    .filter((question) => furthestReach(owned, question) !== 'allowed');
}

/** `list pods`, `get pods/log`, `patch deployments.apps`: for sentences. */
export function nameQuestion({ verb, group, resource, subresource }: AccessQuestion): string {
  const whole = subresource === undefined || subresource === '' ? resource : `${resource}/${subresource}`;
  return `${verb} ${whole}${group === '' ? '' : `.${group}`}`;
}
