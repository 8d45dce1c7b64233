/** Reads and checks metav1.DeleteOptions, from the body of a request or, without one, from its query. */
import type { DeleteOptions } from '../registry/contract.ts';
import type { DraftObject } from '../model.ts';
import { decodeObject } from '../schema/decode.ts';
import { badRequest, StatusError, type StatusCause } from '../status-error.ts';
import { bodyKind } from './decode-draft.ts';
import type { Exchange } from './options.ts';
import { decodeBody, mediaTypeOf } from './request/body.ts';
import { readFlag, readInteger } from './request/go-number.ts';
import { listAt, numberAt, textAt, valueAt } from './table/value.ts';
import { checkOptions, dryRunFaults, isDryRun } from './write-options.ts';

export interface ReadDeleteOptions extends DeleteOptions {
  readonly dryRun: boolean;
  /** The old way to ask for a cascade: what is not gone at once is then answered with 202. */
  readonly waits: boolean;
}

interface Raw {
  readonly gracePeriodSeconds: number | undefined;
  readonly propagationPolicy: string;
  readonly orphanDependents: boolean | undefined;
  readonly dryRun: readonly string[];
  readonly uid: string;
  readonly resourceVersion: string;
}

const KIND = bodyKind('', 'v1', 'DeleteOptions');

const POLICIES = ['Foreground', 'Background', 'Orphan'] as const;

function fromQuery(query: URLSearchParams): Raw {
  return {
    gracePeriodSeconds: readInteger(query, 'gracePeriodSeconds'),
    propagationPolicy: query.get('propagationPolicy') ?? '',
    orphanDependents: query.has('orphanDependents') ? readFlag(query, 'orphanDependents') : undefined,
    dryRun: query.getAll('dryRun').filter((value) => value !== ''),
    uid: '',
    resourceVersion: '',
  };
}

/** Throws 400 for values of wrong types, without the words that bodies of other kinds have in front. */
function checkTypes(body: DraftObject): void {
  try {
    decodeObject(KIND, body, 'Ignore');
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw badRequest(error.message.replace(/^.*? cannot be handled as a DeleteOptions: /, ''));
  }
}

function fromBody(body: DraftObject): Raw {
  const { kind, apiVersion } = body;
  if (typeof kind === 'string' && kind !== '' && kind !== 'DeleteOptions')
    throw badRequest(
      `no kind "${kind}" is registered for version "${typeof apiVersion === 'string' ? apiVersion : ''}" in scheme "pkg/runtime/scheme.go:111"`,
    );
  checkTypes(body);
  const orphan = valueAt(body, 'orphanDependents');
  return {
    gracePeriodSeconds: numberAt(body, 'gracePeriodSeconds'),
    propagationPolicy: textAt(body, 'propagationPolicy'),
    orphanDependents: typeof orphan === 'boolean' ? orphan : undefined,
    dryRun: listAt(body, 'dryRun').filter((value) => typeof value === 'string'),
    uid: textAt(body, 'preconditions', 'uid'),
    resourceVersion: textAt(body, 'preconditions', 'resourceVersion'),
  };
}

function faultsOf({ propagationPolicy, orphanDependents, dryRun }: Raw): StatusCause[] {
  const faults: StatusCause[] = [];
  const quoted = JSON.stringify(propagationPolicy);
  const field = 'propagationPolicy';
  if (propagationPolicy !== '' && orphanDependents !== undefined)
    faults.push({
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${quoted}: orphanDependents and deletionPropagation cannot be both set`,
      field,
    });
  if (propagationPolicy !== '' && !POLICIES.some((policy) => policy === propagationPolicy))
    faults.push({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${quoted}: supported values: "Foreground", "Background", "Orphan", "nil"`,
      field,
    });
  return [...faults, ...dryRunFaults(dryRun)];
}

function policyOf({ propagationPolicy, orphanDependents }: Raw): DeleteOptions['propagationPolicy'] {
  if (orphanDependents !== undefined) return orphanDependents ? 'Orphan' : 'Background';
  return POLICIES.find((policy) => policy === propagationPolicy);
}

/** Options as an object, e.g. those of an Eviction. Throws 400 and 422. */
export function parseDeleteOptions(body: DraftObject): ReadDeleteOptions {
  return complete(fromBody(body));
}

function complete(raw: Raw): ReadDeleteOptions {
  checkOptions('DeleteOptions', faultsOf(raw));
  const propagationPolicy = policyOf(raw);
  const { gracePeriodSeconds, uid, resourceVersion } = raw;
  const preconditions = {
    ...(uid === '' ? {} : { uid }),
    ...(resourceVersion === '' ? {} : { resourceVersion }),
  };
  return {
    dryRun: raw.dryRun.length > 0,
    waits: raw.orphanDependents === false,
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
  };
}

/** Throws 400, 415 and 422. */
export function readDeleteOptions({ request, query }: Exchange, body: Buffer): ReadDeleteOptions {
  if (body.length === 0) return complete(fromQuery(query));
  const options = parseDeleteOptions(decodeBody(mediaTypeOf(request), body));
  return isDryRun(query) ? { ...options, dryRun: true } : options;
}
