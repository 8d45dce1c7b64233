/** Policy rules of RBAC: what one allows, and whether rules cover others. */
import { list, records } from '../../../shared/cluster/narrow.ts';

export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** What a request asks for: a resource, or a path. */
export interface Attributes {
  readonly verb: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly name?: string;
  readonly namespace?: string;
  /** Of a request that is for no resource. */
  readonly path?: string;
}

const NONE: readonly string[] = [];

function texts(value: unknown): readonly string[] {
  return list(value).filter((item) => typeof item === 'string');
}

/** The rules of a role object, without what is malformed. */
export function rulesOf(value: unknown): readonly PolicyRule[] {
  return records(value).map((rule) => {
    const optional: Record<string, readonly string[]> = {};
    for (const field of ['apiGroups', 'resources', 'resourceNames', 'nonResourceURLs']) {
      const given = texts(rule[field]);
      if (given.length > 0) optional[field] = given;
    }
    return { verbs: texts(rule.verbs), ...optional };
  });
}

function matchesResource(resources: readonly string[], resource: string, subresource: string): boolean {
  if (resources.includes('*')) return true;
  if (subresource === '') return resources.includes(resource);
  return resources.includes(`${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
}

function matchesPath(paths: readonly string[], path: string): boolean {
  return paths.some((allowed) => allowed === '*' || allowed === path || startsLike(allowed, path));
}

function startsLike(pattern: string, path: string): boolean {
  return pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/u, ''));
}

/** Whether the rule allows the request. */
export function allows(rule: PolicyRule, attributes: Attributes): boolean {
  const { verb, group = '', resource, subresource = '', name = '', path = '' } = attributes;
  if (!rule.verbs.includes('*') && !rule.verbs.includes(verb)) return false;
  if (resource === undefined || resource === '') return matchesPath(rule.nonResourceURLs ?? NONE, path);
  const groups = rule.apiGroups ?? NONE;
  if (!groups.includes('*') && !groups.includes(group)) return false;
  if (!matchesResource(rule.resources ?? NONE, resource, subresource)) return false;
  const names = rule.resourceNames ?? NONE;
  return names.length === 0 || names.includes(name);
}

/** The rule in parts of one verb and one resource (or path) each. */
function breakDown({
  verbs,
  apiGroups,
  resources,
  resourceNames,
  nonResourceURLs,
}: PolicyRule): PolicyRule[] {
  const parts: PolicyRule[] = [];
  for (const group of apiGroups ?? NONE) {
    for (const resource of resources ?? NONE) {
      for (const verb of verbs) {
        const part = { apiGroups: [group], resources: [resource], verbs: [verb] };
        if (resourceNames === undefined) parts.push(part);
        else parts.push(...resourceNames.map((name) => ({ ...part, resourceNames: [name] })));
      }
    }
  }
  for (const url of nonResourceURLs ?? NONE)
    for (const verb of verbs) parts.push({ nonResourceURLs: [url], verbs: [verb] });
  return parts;
}

function covers(owned: PolicyRule, part: PolicyRule): boolean {
  const all = (has: readonly string[] | undefined, wants: readonly string[] | undefined): boolean =>
    (wants ?? NONE).every((want) => (has ?? NONE).includes('*') || (has ?? NONE).includes(want));
  if (!all(owned.verbs, part.verbs) || !all(owned.apiGroups, part.apiGroups)) return false;
  const resources = owned.resources ?? NONE;
  const covered = (part.resources ?? NONE).every((wanted) => {
    const [, subresource] = wanted.split('/');
    const any = subresource !== undefined && resources.includes(`*/${subresource}`);
    return resources.includes('*') || resources.includes(wanted) || any;
  });
  if (!covered) return false;
  const urls = owned.nonResourceURLs ?? NONE;
  if (!(part.nonResourceURLs ?? NONE).every((url) => urls.some((own) => own === url || startsLike(own, url))))
    return false;
  const names = owned.resourceNames ?? NONE;
  const wanted = part.resourceNames ?? NONE;
  if (wanted.length === 0) return names.length === 0;
  return names.length === 0 || wanted.every((name) => names.includes(name));
}

/** What of `wanted` none of the `owned` rules covers, by resource, as text in the API server's notation. */
export function uncovered(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly string[] {
  const missing = wanted.flatMap(breakDown).filter((part) => !owned.some((rule) => covers(rule, part)));
  const byResource = new Map<string, { rule: PolicyRule; verbs: string[] }>();
  const paths: string[] = [];
  for (const rule of missing) {
    if (rule.nonResourceURLs !== undefined) {
      paths.push(describe(rule));
      continue;
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames]);
    const group = byResource.get(key);
    if (group === undefined) byResource.set(key, { rule, verbs: [...rule.verbs] });
    else group.verbs.push(...rule.verbs);
  }
  const described = [...byResource.values()].map(({ rule, verbs }) => describe({ ...rule, verbs }));
  return [...new Set([...paths, ...described])].sort();
}

const FIELDS = [
  ['APIGroups', 'apiGroups'],
  ['Resources', 'resources'],
  ['NonResourceURLs', 'nonResourceURLs'],
  ['ResourceNames', 'resourceNames'],
  ['Verbs', 'verbs'],
] as const;

function describe(rule: PolicyRule): string {
  const parts = FIELDS.flatMap(([word, field]) => {
    const values = rule[field] ?? NONE;
    return values.length === 0 ? [] : [`${word}:${quoteAll(values)}`];
  });
  return `{${parts.join(', ')}}`;
}

/** `["a" "b"]`, as the API server prints a list of texts. */
export function quoteAll(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
}
