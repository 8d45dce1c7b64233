/** Reads the files that a user entry names: token, client certificate and key, the last two again when they change. */
import { readFile, stat } from 'node:fs/promises';
import { AppFailure } from '../../shared/errors.ts';
import type { ContextAccess } from './contract.ts';

/** PEM of a client certificate and its key. */
export interface ClientCertificate {
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
}

export interface CertificateFiles {
  /** The same object until a file changes, which is looked for once a second at most, or now. Throws `AppFailure`. */
  read(now?: boolean): Promise<ClientCertificate>;
}

const CHECK_MS = 1000;

/** A file of a user entry. Throws `AppFailure` (context-broken); `key` is its name in the kubeconfig. */
export async function readFileOf(access: ContextAccess, key: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    throw new AppFailure({
      code: 'context-broken',
      message: `${key} of context ${access.fabric} is ${path}, which cannot be read (${errno}).`,
      hint: `Correct the path or the permissions of the file, which kubeconfig ${access.source} names.`,
      fabric: access.fabric,
      retryable: false,
      details: { file: access.source, entry: key, server: access.cluster.server, errno },
    });
  }
}

const decode = (data: string | undefined): Buffer | undefined =>
  data === undefined ? undefined : Buffer.from(data, 'base64');

async function versionOf(path: string | undefined): Promise<string> {
  if (path === undefined) return '';
  const stats = await stat(path).catch(() => undefined);
  return stats === undefined
    ? 'missing'
    : `${String(stats.mtimeMs)} ${String(stats.size)} ${String(stats.ino)}`;
}

/** The client certificate of a user entry. Certificates that a tool renews on disk are taken up without a restart. */
export function createCertificateFiles(access: ContextAccess): CertificateFiles {
  const { certData, certFile, keyData, keyFile } = access.user;
  const fromFile = (certFile ?? keyFile) !== undefined;
  let kept: ClientCertificate | undefined;
  let version = '';
  let checkedAt = 0;
  let running: Promise<ClientCertificate> | undefined;

  async function load(): Promise<ClientCertificate> {
    const seen = fromFile ? (await Promise.all([versionOf(certFile), versionOf(keyFile)])).join('\n') : '';
    checkedAt = Date.now();
    if (kept !== undefined && seen === version) return kept;
    const [cert, key] = await Promise.all([
      certFile === undefined ? decode(certData) : readFileOf(access, 'client-certificate', certFile),
      keyFile === undefined ? decode(keyData) : readFileOf(access, 'client-key', keyFile),
    ]);
    version = seen;
    kept = { cert, key };
    return kept;
  }

  return {
    read(now = false) {
      const isFresh = !fromFile || (!now && Date.now() - checkedAt < CHECK_MS);
      if (kept !== undefined && isFresh) return Promise.resolve(kept);
      running ??= load().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}
