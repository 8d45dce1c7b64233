/** Reads and checks the options of writes (metav1.CreateOptions, UpdateOptions, PatchOptions) and who is said to write. */
import { invalid, type StatusCause } from '../status-error.ts';
import type { WriteContext } from '../registry/contract.ts';
import type { Exchange } from './options.ts';
import { readFlag } from './request/go-number.ts';

const MANAGER_BYTES = 128;
const VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn'];

export type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions';

/** The name of the program as its user agent gives it, for writes that name no field manager. */
function managerOf(userAgent: string): string {
  const [first = ''] = userAgent.split('/');
  const printable = /^[^\p{C}]*/u.exec(first)?.[0] ?? '';
  return printable.slice(0, MANAGER_BYTES);
}

function managerFaults(manager: string): StatusCause[] {
  const field = 'fieldManager';
  if (Buffer.byteLength(manager) > MANAGER_BYTES)
    return [{ reason: 'FieldValueTooLong', message: 'Too long: may not be more than 128 bytes', field }];
  const at = [...manager].findIndex((letter) => /[\p{Cc}\p{Cn}\p{Co}\p{Cs}]/u.test(letter));
  if (at < 0) return [];
  const code = [...manager][at]?.codePointAt(0) ?? 0;
  const shown = JSON.stringify(manager).replace(/\\u00(..)/g, '\\x$1');
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const message = `Invalid value: ${shown}: invalid character ${name} (at position ${at})`;
  return [{ reason: 'FieldValueInvalid', message, field }];
}

export function dryRunFaults(dryRun: readonly string[]): StatusCause[] {
  if (dryRun.every((value) => value === 'All')) return [];
  const message = `Unsupported value: ${JSON.stringify(dryRun)}: supported values: "All"`;
  return [{ reason: 'FieldValueNotSupported', message, field: 'dryRun' }];
}

export function checkOptions(kind: OptionsKind, faults: readonly StatusCause[]): void {
  if (faults.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', faults);
}

function validationFaults(validation: string): StatusCause[] {
  if (VALIDATIONS.includes(validation)) return [];
  const supported = VALIDATIONS.map((one) => JSON.stringify(one)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(validation)}: supported values: ${supported}`;
  return [{ reason: 'FieldValueNotSupported', message, field: 'fieldValidation' }];
}

/** `patchType` is the media type of a patch. */
function forceFaults({ query }: Exchange, patchType: string | undefined): StatusCause[] {
  if (patchType === undefined) return [];
  const isApply = patchType === 'application/apply-patch+yaml';
  if (isApply && (query.get('fieldManager') ?? '') === '')
    return [
      {
        reason: 'FieldValueRequired',
        message: 'Required value: is required for apply patch',
        field: 'fieldManager',
      },
    ];
  if (isApply || !query.has('force')) return [];
  const message = 'Forbidden: may not be specified for non-apply patch';
  return [{ reason: 'FieldValueForbidden', message, field: 'force' }];
}

export function isDryRun(query: URLSearchParams): boolean {
  return query.getAll('dryRun').some((value) => value !== '');
}

/** Throws 422. */
export function readWriteContext(
  exchange: Exchange,
  kind: OptionsKind,
  patchType?: string,
): WriteContext & { readonly fieldManager: string; readonly force: boolean } {
  const { query, request, caller, warnings, info } = exchange;
  const given = query.get('fieldManager') ?? '';
  const validation = query.get('fieldValidation') ?? '';
  const dryRun = query.getAll('dryRun');
  checkOptions(kind, [
    ...forceFaults(exchange, patchType),
    ...dryRunFaults(dryRun),
    ...managerFaults(given),
    ...validationFaults(validation),
  ]);
  const fieldValidation = validation === 'Ignore' || validation === 'Strict' ? validation : 'Warn';
  return {
    caller,
    fieldValidation,
    dryRun: dryRun.length > 0,
    force: readFlag(query, 'force'),
    fieldManager: given === '' ? managerOf(request.headers['user-agent'] ?? '') : given,
    warn: (text) => warnings.push(text),
    ...(info.subresource === '' ? {} : { subresource: info.subresource }),
  };
}
