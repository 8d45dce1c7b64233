/** Checks one entry of a kubeconfig against its schema and says in words what does not fit, and where. */
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { AppError } from '../../shared/errors.ts';
import { kubeconfigError } from './kubeconfig-error.ts';
import { describe } from './kubeconfig-parse.ts';
import type { RawEntry } from './kubeconfig-parse.ts';

// YAML's empty value (null) means "not set" to kubectl.
export const text = z.string().nullish();
export const flag = z.boolean().nullish();
export const strings = z.array(z.string()).nullish();

export type Checked<T> = { readonly value: T } | { readonly problem: AppError };

/** Reports `says` about the key at `path` below an entry. */
export type Complain = (
  path: readonly (string | number)[],
  says: string,
  hint?: string,
) => { problem: AppError };

const CORRECT =
  'Correct this entry in the kubeconfig, or fetch a fresh one from the administrator of the cluster.';

export function complainAbout(entry: RawEntry): Complain {
  const inner = entry.list.slice(0, -1);
  return (path, says, hint = CORRECT) => {
    const key = [`${entry.label}.${inner}`, ...path].reduce<string>(
      (sofar, part) =>
        typeof part === 'number' ? `${sofar}[${String(part)}]` : sofar === '' ? part : `${sofar}.${part}`,
      '',
    );
    const place = { file: entry.file, line: entry.lineOf(path), entry: key, [inner]: entry.name };
    return { problem: kubeconfigError('context-broken', place, `${inner} ${entry.name}: ${says}`, hint) };
  };
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text (put it in quotes)',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

/** The value at a path of untrusted data. */
function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<PropertyKey, unknown>)[key];
  }
  return found;
}

export function parseWith<T>(schema: z.ZodType<T>, entry: RawEntry): Checked<T> {
  const complain = complainAbout(entry);
  const result = schema.safeParse(entry.value ?? {});
  if (result.success) return { value: result.data };
  const issue = result.error.issues[0];
  const path = (issue?.path ?? []).map((part) => (typeof part === 'number' ? part : String(part)));
  const key = path.length === 0 ? 'it' : path.join('.');
  const found = valueAt(entry.value, path);
  if (found === undefined || found === null || found === '') return complain(path, `${key} is missing`);
  if (issue?.code === 'invalid_value')
    return complain(path, `${key} must be one of ${issue.values.join(', ')}`);
  const expected = issue?.code === 'invalid_type' ? EXPECTED[issue.expected] : undefined;
  return complain(path, `${key} must be ${expected ?? 'something else'}, it is ${describe(found)}`);
}

/** undefined for what is not set. */
export const set = (value: string | null | undefined): string | undefined =>
  value === null || value === undefined || value === '' ? undefined : value;

/** A path of a kubeconfig is relative to the folder of the file that holds it. */
export function resolvePath(file: string, path: string | null | undefined): string | undefined {
  const given = set(path);
  return given === undefined || isAbsolute(given) ? given : join(dirname(file), given);
}

/** What is wrong with a `…-data` value that must be base64 of PEM; undefined if nothing is. */
export function dataFault(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const compact = value.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.length % 4 !== 0) return 'is no valid base64';
  return Buffer.from(compact, 'base64').includes('-----BEGIN')
    ? undefined
    : 'holds no PEM block (-----BEGIN …)';
}
