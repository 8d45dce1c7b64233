/** Rules of hygiene about pods, by the templates they are made from. */
import { isRecord, record, records, text } from '../cluster/narrow.ts';
import type { LintRule } from '../model/lint.ts';
import { clean } from '../scenarios/words.ts';
import type { Template } from './templates.ts';

/** Something a rule sees in an object. */
export interface Remark {
  readonly rule: LintRule;
  readonly path: string;
  readonly observed: string;
}

type Fields = Readonly<Record<string, unknown>>;

export function remarksOnTemplate({ spec, base, lasting }: Template): Remark[] {
  const raw = record(spec);
  const remarks: Remark[] = [];
  const account = text(raw.serviceAccountName) || text(raw.serviceAccount) || 'default';
  if (account === 'default' && raw.automountServiceAccountToken !== false)
    remarks.push({ rule: 'default-account', path: `${base}.serviceAccountName`, observed: account });
  const init = records(raw.initContainers);
  const main = records(raw.containers);
  for (const [list, containers] of [
    ['initContainers', init],
    ['containers', main],
  ] as const) {
    for (const container of containers) {
      const path = `${base}.${list}[${clean(container.name, 63)}]`;
      remarks.push(...onAnyContainer(container, raw, path));
      if (list === 'containers') remarks.push(...onMainContainer(container, raw, path, lasting));
    }
  }
  return remarks;
}

function onAnyContainer(container: Fields, pod: Fields, path: string): Remark[] {
  const remarks: Remark[] = [];
  const context = record(container.securityContext);
  if (context.privileged === true)
    remarks.push({ rule: 'privileged', path: `${path}.securityContext.privileged`, observed: 'true' });
  if (isEmpty(context) && isEmpty(record(pod.securityContext)))
    remarks.push({ rule: 'no-security-context', path: `${path}.securityContext`, observed: 'none' });
  const image = text(container.image);
  if (image !== '' && isFloating(image))
    remarks.push({ rule: 'floating-image', path: `${path}.image`, observed: clean(image, 200) });
  return remarks;
}

function onMainContainer(container: Fields, pod: Fields, path: string, lasting: boolean): Remark[] {
  const remarks: Remark[] = [];
  const own = record(container.resources);
  // Since 1.34 a pod as a whole may have them.
  const shared = record(pod.resources);
  const requests = { ...record(own.limits), ...record(own.requests), ...record(shared.requests) };
  const lacking = ['cpu', 'memory'].filter((resource) => requests[resource] === undefined);
  if (lacking.length > 0)
    remarks.push({
      rule: 'no-requests',
      path: `${path}.resources.requests`,
      observed: `none for ${lacking.join(' and ')}`,
    });
  const limits = { ...record(own.limits), ...record(shared.limits) };
  if (limits.memory === undefined)
    remarks.push({ rule: 'no-limits', path: `${path}.resources.limits.memory`, observed: 'none' });
  if (lasting && !isRecord(container.readinessProbe) && !isRecord(container.livenessProbe))
    remarks.push({ rule: 'no-probes', path: `${path}.readinessProbe`, observed: 'none' });
  return remarks;
}

/** `latest`, or no tag at all; a digest is as fixed as can be. */
export function isFloating(image: string): boolean {
  if (image.includes('@')) return false;
  const name = image.slice(image.lastIndexOf('/') + 1);
  const tag = name.includes(':') ? name.slice(name.lastIndexOf(':') + 1) : '';
  return tag === '' || tag === 'latest';
}

function isEmpty(fields: Fields): boolean {
  return Object.keys(fields).length === 0;
}
