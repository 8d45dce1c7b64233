// Patches of objects of many kinds: each recorded outcome of the real server, with the managed fields of what is applied.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyDefaults } from '../../../../src-main/demo/admission/defaults.ts';
import type {
  DraftObject,
  JsonObject,
  ManagedFields,
  Resource,
  StoredObject,
} from '../../../../src-main/demo/model.ts';
import { applyPatch, type PatchType } from '../../../../src-main/demo/patch/apply-patch.ts';
import { mergePatch } from '../../../../src-main/demo/patch/merge-patch.ts';
import { serverSideApply } from '../../../../src-main/demo/patch/server-side-apply.ts';
import { decodeObject } from '../../../../src-main/demo/schema/decode.ts';
import { StatusError } from '../../../../src-main/demo/status-error.ts';
import { resourceOf } from '../schema/resources.ts';

interface PatchCase {
  readonly kind: string;
  readonly manager?: string;
  readonly type: PatchType | 'apply';
  readonly body: unknown;
  readonly force?: boolean;
  readonly fieldValidation?: 'Strict' | 'Warn';
  readonly code: number;
  /** A merge patch from the live object. */
  readonly change?: unknown;
  readonly status?: unknown;
}

function read<T>(path: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, path), 'utf8')) as T;
}

const files = ['patches.json', 'other-kinds.json'].map((file) =>
  read<{ live: StoredObject[]; cases: PatchCase[] }>(file),
);
const lives = new Map(files.flatMap(({ live }) => live).map((each) => [each.kind, each] as const));
const cases = files.flatMap((file) => file.cases);
const { schema } = read<{ schema: JsonObject }>('../schema/custom-resources.json');

const WITHOUT_STATUS = ['ConfigMap', 'NetworkPolicy', 'Role', 'RoleBinding', 'Secret', 'ServiceAccount'];

function resourceOfLive({ apiVersion, kind }: StoredObject): Resource {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const status = !WITHOUT_STATUS.includes(kind);
  return resourceOf(group, version, kind, { status, ...(kind === 'Widget' ? { schema } : {}) });
}

const NOW = '2030-01-01T00:00:00Z';
const identity = ({ manager, operation, subresource = '' }: ManagedFields): string =>
  `${manager} ${operation} ${subresource}`;

/** Without what the registry adds, and with times that only tell whether they are set. */
function comparable(object: DraftObject, managed: boolean): unknown {
  const copy = structuredClone(object) as Record<string, unknown> & { metadata: Record<string, unknown> };
  delete copy.status;
  delete copy.metadata.generation;
  delete copy.metadata.resourceVersion;
  const fields = (copy.metadata.managedFields ?? []) as ManagedFields[];
  copy.metadata.managedFields = fields
    .map((entry) => ({ ...entry, time: (entry.time as string | undefined) === undefined ? '-' : 't' }))
    .sort((a, b) => (identity(a) < identity(b) ? -1 : 1));
  if (!managed) delete copy.metadata.managedFields;
  return copy;
}

function liveOf(kind: string): StoredObject {
  const live = lives.get(kind);
  if (live === undefined) throw new Error(`no ${kind} was recorded`);
  return live;
}

function patch(each: PatchCase): DraftObject {
  const { kind, type, body, force = false, fieldValidation = 'Warn', manager = 'mgr' } = each;
  const current = liveOf(kind);
  const resource = resourceOfLive(current);
  const patched =
    type === 'apply'
      ? serverSideApply({ resource, current, applied: body as DraftObject, manager, force, now: NOW })
      : applyPatch({ resource, current, type, body, fieldValidation });
  return applyDefaults(resource, decodeObject(resource, patched, fieldValidation).object);
}

const name = ({ kind, type, body, force, fieldValidation }: PatchCase): string =>
  [kind, type, force === true ? 'force' : '', fieldValidation ?? '', JSON.stringify(body)].join(' ');

describe('a patch', () => {
  const made = cases.filter(({ code }) => code === 200);
  const refused = cases.filter(({ code }) => code !== 200);

  test.each(made.map((each) => [name(each), each] as const))('%s', (_name, each) => {
    const managed = each.type === 'apply';
    const expected = mergePatch(comparable(liveOf(each.kind), managed), each.change);
    expect(comparable(patch(each), managed)).toEqual(expected);
  });

  test.each(refused.map((each) => [name(each), each] as const))('%s is refused', (_name, each) => {
    try {
      patch(each);
    } catch (error) {
      expect((error as StatusError).status).toEqual(each.status);
      return;
    }
    throw new Error('nothing was refused');
  });

  test('was recorded in every way there is', () => {
    const ways = new Set(cases.map(({ type, code }) => `${type} ${String(code)}`));
    expect([...ways].sort()).toEqual(
      expect.arrayContaining([
        'apply 200',
        'apply 409',
        'apply 500',
        'json 400',
        'json 422',
        'strategic 500',
      ]),
    );
  });
});
