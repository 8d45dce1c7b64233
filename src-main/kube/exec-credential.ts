/** Reads what a credential command printed: an ExecCredential of client.authentication.k8s.io. */
import { z } from 'zod';
import type { Instant } from '../../shared/model/ref.ts';
import type { ExecWhy } from './exec-failure.ts';
import { readClaims } from './jwt.ts';
import { maskText } from './mask-text.ts';

/** What the command yielded. */
export interface ExecCredential {
  readonly token?: string | undefined;
  /** PEM. */
  readonly cert?: string | undefined;
  /** PEM. */
  readonly key?: string | undefined;
  /** Milliseconds since the epoch; undefined: until the server refuses it. */
  readonly expires?: number | undefined;
}

/** The most that is read of a command's output, in characters. */
export const MAX_CREDENTIAL = 1024 * 1024;

/** Makes the failure that is thrown; `expired` is the time at which the credential ended, ISO 8601. */
export type FailReading = (why: ExecWhy, says: string, expired?: string) => Error;

const GROUP = 'client.authentication.k8s.io/';
const credentialSchema = z.object({
  kind: z.literal('ExecCredential'),
  apiVersion: z.string(),
  status: z
    .object({
      token: z.string().nullish(),
      clientCertificateData: z.string().nullish(),
      clientKeyData: z.string().nullish(),
      expirationTimestamp: z.string().nullish(),
    })
    .nullish(),
});

function parseJson(output: string, fail: FailReading): unknown {
  try {
    return JSON.parse(output);
  } catch {
    // The words themselves stay out of the message: half a credential is a secret too.
    throw fail('no-json', output.trim() === '' ? 'printed nothing' : 'printed no JSON');
  }
}

function checkVersion(found: string, asked: string, fail: FailReading): void {
  if (found === asked) return;
  const old = found === `${GROUP}v1alpha1` ? ', a version that Kubernetes dropped in 1.24' : '';
  throw fail(
    'wrong-version',
    `answers as ${maskText(found, 80)}${old}, but the kubeconfig asks for ${asked}`,
  );
}

/** When the credential ends: what the command says, or what the token says where that is sooner. */
function endOf(
  expirationTimestamp: string | null | undefined,
  token: string | undefined,
): Instant | undefined {
  const told = Date.parse(expirationTimestamp ?? '');
  const ends = [told, token === undefined ? undefined : readClaims(token)?.notAfter];
  const known = ends.filter((each): each is number => each !== undefined && !Number.isNaN(each));
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Throws what `fail` makes; nothing of the output is in it. `apiVersion` is the one that the kubeconfig asks for. */
export function readExecCredential(
  output: string,
  apiVersion: string,
  now: Instant,
  fail: FailReading,
): ExecCredential {
  const parsed = credentialSchema.safeParse(parseJson(output, fail));
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('.') ?? '';
    throw fail('invalid', `printed no valid ExecCredential${path === '' ? '' : ` (${path})`}`);
  }
  checkVersion(parsed.data.apiVersion, apiVersion, fail);
  const status = parsed.data.status ?? {};
  const token = status.token?.trim();
  const cert = status.clientCertificateData ?? undefined;
  const key = status.clientKeyData ?? undefined;
  if (token === undefined && cert === undefined)
    throw fail('invalid', 'printed neither a token nor a client certificate');
  if ((cert === undefined) !== (key === undefined))
    throw fail('invalid', 'printed a client certificate without its key, or a key alone');
  const expires = endOf(status.expirationTimestamp, token);
  if (expires !== undefined && expires <= now) {
    const at = new Date(expires).toISOString();
    throw fail('expired', `yields a credential that ended at ${at}`, at);
  }
  return { token, cert, key, expires };
}
