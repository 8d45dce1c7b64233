/** Says what is known of a context's credentials without asking anybody: whose they are and when they end. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CredentialFacts } from '../../shared/model/connection.ts';
import { clean } from '../../shared/scenarios/words.ts';
import type { ContextAccess } from './contract.ts';
import type { CertificateFiles } from './credential-files.ts';
import type { Authorization } from './credential-methods.ts';
import { resolveCommand } from './exec-command.ts';
import { installHintOf } from './exec-failure.ts';
import { readClaims, type Claims } from './jwt.ts';
import { signInOf } from './kubeconfig-contexts.ts';
import type { LoginShell } from './login-shell.ts';
import { maskText } from './mask-text.ts';

type End = CredentialFacts['ends'][number];

export interface KnownCredentials {
  /** What was fetched last, if anything. */
  readonly kept?: Authorization | undefined;
  readonly certificates: CertificateFiles;
  readonly loginShell?: LoginShell | undefined;
}

/** Certificates of a bundle that are looked at. */
const MOST = 100;
const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

const show = (text: string): string => maskText(clean(text, 200), 200);

/** The certificates of a PEM bundle; what is none is left out. */
function certificatesOf(pem: string | Buffer | undefined): X509Certificate[] {
  const blocks = (pem?.toString('utf8').match(PEM) ?? []).slice(0, MOST);
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
}

function endOf(what: End['what'], certificate: X509Certificate): End[] {
  const notAfter = Date.parse(certificate.validTo);
  const notBefore = Date.parse(certificate.validFrom);
  if (Number.isNaN(notAfter)) return [];
  const of = show(certificate.subject.replaceAll('\n', ', '));
  return [{ what, notAfter, of, ...(!Number.isNaN(notBefore) && { notBefore }) }];
}

/** One row per authority: where a bundle holds an authority twice, as while it is replaced, the one that ends last. */
function authorityEnds(bundle: string | Buffer | undefined): End[] {
  const last = new Map<string, End>();
  for (const each of certificatesOf(bundle).flatMap((certificate) => endOf('authority', certificate))) {
    const known = last.get(each.of);
    if (known === undefined || known.notAfter < each.notAfter) last.set(each.of, each);
  }
  return [...last.values()];
}

const readAuthority = async ({ cluster }: ContextAccess): Promise<Buffer | undefined> =>
  cluster.caData !== undefined
    ? Buffer.from(cluster.caData, 'base64')
    : cluster.caFile === undefined
      ? undefined
      : readFile(cluster.caFile).catch(() => undefined);

/** The token that requests carry now, or would carry: from memory, else from the entry or its file. */
async function tokenOf(
  { user }: ContextAccess,
  kept: Authorization | undefined,
): Promise<string | undefined> {
  if (kept?.token !== undefined) return kept.token;
  if (user.tokenFile !== undefined)
    return readFile(user.tokenFile, 'utf8').then(
      (text) => text.trim(),
      () => undefined,
    );
  return user.token?.trim() ?? (user.exec === undefined ? user.oidc?.['id-token'] : undefined);
}

function tokenEnds(claims: Claims | undefined, expires: number | undefined, command: string): End[] {
  const notAfter = Math.min(claims?.notAfter ?? Infinity, expires ?? Infinity);
  if (notAfter === Infinity) return [];
  const of = claims === undefined ? `credential command ${command}` : claimsLine(claims);
  const { notBefore } = claims ?? {};
  return [{ what: 'token', notAfter, of, ...(notBefore !== undefined && { notBefore }) }];
}

function claimsLine({ issuer, subject }: Claims): string {
  const parts = [issuer && `iss ${show(issuer)}`, subject && `sub ${show(subject)}`].filter(Boolean);
  return parts.length === 0 ? 'a token that names nobody' : parts.join(' ');
}

async function commandOf(
  { user: { exec } }: ContextAccess,
  loginShell: LoginShell | undefined,
): Promise<Pick<CredentialFacts, 'command'>> {
  if (exec === undefined) return {};
  const found = await resolveCommand(exec, process.env, loginShell);
  const installHint = installHintOf(exec);
  return {
    command: {
      command: show(exec.command),
      ...(found.state === 'found' && { path: found.file }),
      ...(installHint !== '' && { installHint }),
      // A terminal of ours keeps what the command prints apart by /bin/sh.
      interactive: exec.interactiveMode !== 'Never' && process.platform !== 'win32',
    },
  };
}

/** Reads files at most; runs no command and never throws: what cannot be read is left out. Holds no secret. */
export async function describeCredentials(
  access: ContextAccess,
  { kept, certificates, loginShell }: KnownCredentials,
): Promise<CredentialFacts> {
  const { user } = access;
  const [token, own, authority, command] = await Promise.all([
    tokenOf(access, kept),
    certificates.read().catch(() => undefined),
    readAuthority(access),
    commandOf(access, loginShell),
  ]);
  const claims = token === undefined ? undefined : readClaims(token);
  const [leaf] = certificatesOf(kept?.cert ?? own?.cert);
  return {
    method: signInOf(user),
    ends: [
      ...tokenEnds(claims, kept?.expires, show(user.exec?.command ?? '')),
      ...(leaf === undefined ? [] : endOf('client certificate', leaf)),
      ...(access.cluster.insecure ? [] : authorityEnds(authority)),
    ],
    ...(claims !== undefined && {
      token: {
        ...(claims.issuer !== undefined && { issuer: show(claims.issuer) }),
        ...(claims.subject !== undefined && { subject: show(claims.subject) }),
        audiences: claims.audiences.slice(0, 20).map(show),
      },
    }),
    ...command,
  };
}
