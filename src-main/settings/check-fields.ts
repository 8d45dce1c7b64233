/** Checks what somebody typed into one field of a fabric's settings; each answers with a sentence, or undefined. */
import { X509Certificate } from 'node:crypto';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { isAbsolute } from 'node:path';
import { isHeaderSafe } from '../kube/header-safe.ts';
import { DIRECT, isLoopback } from '../kube/proxy.ts';

type Fault = string | undefined;

/** Control, format and line-separating characters: they hide or reorder what is shown beside them. */
const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const HOST = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;

export function nameFault(name: string): Fault {
  if (name === '') return 'Give the fabric a name.';
  if (name.length > 100) return 'Keep the name to 100 characters.';
  return HIDDEN.test(name) ? 'The name holds invisible or control characters. Type it anew.' : undefined;
}

export function environmentFault(environment: string): Fault {
  if (environment.length > 16) return 'Keep it to 16 characters: it is shown as a chip.';
  return HIDDEN.test(environment) ? 'It holds invisible or control characters. Type it anew.' : undefined;
}

/** A namespace is a DNS label (RFC 1123); empty means none. */
export function namespaceFault(namespace: string): Fault {
  if (namespace === '' || DNS_LABEL.test(namespace)) return undefined;
  return 'A namespace has small letters, digits and hyphens, at most 63 of them.';
}

/** `hasToken`: whether a token would be sent there. */
export function serverFault(server: string, hasToken: boolean): Fault {
  if (server === '') return 'Give the address of the API server: https://host:port.';
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || !/^https?:\/\//i.test(server) || HIDDEN.test(server) || /\s/.test(server))
    return 'Write the address as https://host:port.';
  if (url.username !== '' || url.password !== '')
    return 'Take the user name and the password out of the address: it is shown and stored as it is.';
  if (url.search !== '' || url.hash !== '') return 'Take what follows ? or # out of the address.';
  if (url.protocol === 'https:') return undefined;
  if (!isLoopback(url.hostname))
    return 'Write https://. Over http:// anybody on the way can read and change what is sent, so it is used on this computer only.';
  return hasToken
    ? 'A token is not sent over http://, where every program on this computer could read it. Write https://, or leave the token out.'
    : undefined;
}

export function tokenFault(token: string): Fault {
  if (/^bearer\s/i.test(token)) return 'Leave out the word Bearer: give the token alone.';
  if (!isHeaderSafe(token) || /\s/.test(token))
    return 'The token holds spaces, line breaks or other characters that no token has. Copy it again.';
  return undefined;
}

/** PEM of one or more certificates; empty means none. */
export function authorityFault(pem: string): Fault {
  if (pem.trim() === '') return undefined;
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem))
    return 'This holds a private key. Give the certificate of the authority alone.';
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0)
    return 'This holds no certificate. Give PEM: -----BEGIN CERTIFICATE----- … -----END CERTIFICATE-----.';
  for (const [index, block] of blocks.entries()) {
    try {
      new X509Certificate(block);
    } catch {
      return `Certificate ${String(index + 1)} of ${String(blocks.length)} is damaged. Copy it again, with its first and last line.`;
    }
  }
  return undefined;
}

export function proxyFault(proxy: string): Fault {
  if (proxy === '' || proxy === DIRECT) return undefined;
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (
    url === undefined ||
    !/^(https?|socks5):$/.test(url.protocol) ||
    url.hostname === '' ||
    HIDDEN.test(proxy)
  )
    return 'Write the proxy as http://host:port.';
  return url.username !== '' || url.password !== ''
    ? 'Take the user name and the password out: they would be stored in plain text. Set HTTPS_PROXY in the environment for a proxy that needs them.'
    : undefined;
}

export function serverNameFault(name: string): Fault {
  if (name === '' || HOST.test(name) || isIPv6(name)) return undefined;
  return 'Give a host name or an address as it stands in the certificate, without https:// and port.';
}

/** Asks the disk: a program must be there and may be run. */
export async function programFault(path: string): Promise<Fault> {
  if (path === '') return undefined;
  if (!isAbsolute(path) || HIDDEN.test(path)) return 'Give the whole path of the program, from the root on.';
  try {
    if (!(await stat(path)).isFile()) return 'This is no file.';
    await access(path, constants.X_OK);
    return undefined;
  } catch (cause) {
    const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return 'There is no such file.';
    return 'This file may not be run. Check its permissions.';
  }
}

/** Form alone; whether it is there and what it holds is found when it is read. */
export function kubeconfigPathFault(path: string): Fault {
  return isAbsolute(path) && !HIDDEN.test(path)
    ? undefined
    : 'Give the whole path of the file, from the root or from ~/ on.';
}
