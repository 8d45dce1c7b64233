/** Decides whether a server is reached through a proxy, as kubectl does: proxy-url, else HTTPS_PROXY and NO_PROXY. */
import { BlockList, isIP } from 'node:net';

type Env = Readonly<Record<string, string | undefined>>;

const variable = (env: Env, name: string): string => env[name] ?? env[name.toLowerCase()] ?? '';

/** True for loopback names and addresses, which Go never sends to a proxy of the environment. */
export function isLoopback(host: string): boolean {
  const plain = host.replace(/^\[|\]$/g, '').toLowerCase();
  return (
    plain === 'localhost' ||
    plain.endsWith('.localhost') ||
    plain === '::1' ||
    /^127\.\d+\.\d+\.\d+$/.test(plain)
  );
}

function matchesAddress(entry: string, host: string): boolean {
  const [address = '', prefix] = entry.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0 || isIP(host) !== isIP(address)) return false;
  const list = new BlockList();
  const bits = Number(prefix ?? (family === 'ipv6' ? 128 : 32));
  if (!Number.isInteger(bits) || bits < 0 || bits > (family === 'ipv6' ? 128 : 32)) return false;
  list.addSubnet(address, bits, family);
  return list.check(host, family);
}

/** The rules of Go's httpproxy: `*`, `host[:port]` with its subdomains, `.suffix`, an address, a CIDR block. */
function isExempt(noProxy: string, host: string, port: string): boolean {
  return noProxy.split(',').some((raw) => {
    const entry = raw.trim().toLowerCase();
    if (entry === '') return false;
    if (entry === '*' || matchesAddress(entry, host)) return true;
    const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    if (only !== undefined && only !== port) return false;
    if (name.startsWith('.') || name.startsWith('*.')) return host.endsWith(name.replace(/^\*/, ''));
    return host === name || host.endsWith(`.${name}`);
  });
}

/** Stands in `proxyUrl` for: no proxy at all, whatever the environment says. */
export const DIRECT = 'direct';

/** The proxy's URL for a server URL; undefined for a direct connection. */
export function chooseProxy(server: string, proxyUrl: string | undefined, env: Env): string | undefined {
  if (proxyUrl === DIRECT) return undefined;
  if (proxyUrl !== undefined) return proxyUrl;
  const { protocol, hostname, port } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (isLoopback(host)) return undefined;
  const proxy = variable(env, protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  const usedPort = port !== '' ? port : protocol === 'https:' ? '443' : '80';
  if (proxy === '' || isExempt(variable(env, 'NO_PROXY'), host, usedPort)) return undefined;
  const url = proxy.includes('://') ? proxy : `http://${proxy}`;
  return URL.canParse(url) ? url : undefined;
}
