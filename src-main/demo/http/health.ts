/** /healthz, /livez and /readyz with their checks by name; the demo has nothing that could fail one by one. */
import type { Exchange } from './options.ts';
import { sendNoPage, sendText } from './respond.ts';

const CHECKS = ['ping', 'log', 'etcd'];

const BY_PATH: Readonly<Record<string, readonly string[]>> = {
  healthz: CHECKS,
  livez: CHECKS,
  readyz: [...CHECKS, 'etcd-readiness', 'informer-sync', 'shutdown'],
};

export function serveHealth({ info, query, request, response }: Exchange): void {
  const [endpoint = '', check] = info.path.replace(/^\/|\/$/g, '').split('/');
  const checks = BY_PATH[endpoint] ?? [];
  if (check !== undefined && !checks.includes(check)) {
    sendNoPage(request, response);
    return;
  }
  const excluded = new Set(query.getAll('exclude'));
  const lines = checks.map((name) => (excluded.has(name) ? `[+]${name} excluded: ok\n` : `[+]${name} ok\n`));
  const verbose = query.has('verbose') && check === undefined;
  sendText(request, response, {
    code: 200,
    type: 'text/plain; charset=utf-8',
    text: verbose ? `${lines.join('')}${endpoint} check passed\n` : 'ok',
    headers: { 'X-Content-Type-Options': 'nosniff' },
  });
}
