/** Starts an API server of the demo on loopback, over a registry of its own, and asks it. */
import http from 'node:http';
import type { Kubelet } from '../../../../src-main/demo/kubelet/kubelet.ts';
import { createApiServer, type ApiServer } from '../../../../src-main/demo/http/server.ts';
import type { ApiServerOptions } from '../../../../src-main/demo/http/options.ts';
import type { Caller, DraftObject } from '../../../../src-main/demo/model.ts';
import type { Registry } from '../../../../src-main/demo/registry/contract.ts';
import { PASS_THROUGH, type Pipeline } from '../../../../src-main/demo/registry/pipeline.ts';
import { createRegistry } from '../../../../src-main/demo/registry/registry.ts';
import { createTokens } from '../../../../src-main/demo/tokens.ts';

export const START = Date.parse('2026-03-01T10:00:00Z');
export const ADMIN: Caller = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };
const NOBODY: Caller = { username: 'jo', groups: ['system:authenticated'] };

/** Logs and shells are tested with the handlers that serve them. */
const NO_KUBELET = {} as Kubelet;

export interface Answer {
  readonly code: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON, `undefined` when it is none. */
  readonly body: Record<string, unknown> & { message?: string; reason?: string };
}

export interface Asked {
  readonly method?: string;
  readonly token?: string | null;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: unknown;
  readonly raw?: string | Buffer;
}

export interface Harness {
  readonly server: ApiServer;
  readonly registry: Registry;
  readonly port: number;
  readonly reports: unknown[];
  now: number;
  ask(path: string, asked?: Asked): Promise<Answer>;
  create(apiVersion: string, kind: string, namespace: string | undefined, draft: DraftObject): void;
  close(): Promise<void>;
}

export async function startServer(
  options: Partial<ApiServerOptions> = {},
  pipeline: Pipeline = PASS_THROUGH,
): Promise<Harness> {
  const clock = { now: START };
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const registry = createRegistry({ now: () => clock.now, random, pipeline });
  const reports: unknown[] = [];
  const tokens = createTokens(
    registry,
    new Map([
      ['admin-token', ADMIN],
      ['jo-token', NOBODY],
    ]),
  );
  const server = createApiServer({
    registry,
    kubelet: NO_KUBELET,
    openapi: { paths: () => ({}), document: () => undefined, v2: () => ({ swagger: '2.0' }) },
    version: { major: '1', minor: '35', gitVersion: 'v1.35.4' },
    authenticate: (token) => tokens.authenticate(token),
    issueToken: (spec) => tokens.issue(spec),
    report: (error) => reports.push(error),
    ...options,
  });
  const port = await server.listen(0);
  const agent = new http.Agent({ keepAlive: true });

  const ask: Harness['ask'] = (path, asked = {}) =>
    new Promise((resolve, reject) => {
      const { method = 'GET', token = 'admin-token', headers = {}, body, raw } = asked;
      const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
      const request = http.request(
        {
          host: '127.0.0.1',
          port,
          path,
          method,
          agent,
          headers: {
            ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
            ...(payload === undefined
              ? {}
              : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(payload)) }),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            let parsed: unknown;
            try {
              parsed = JSON.parse(text);
            } catch {
              parsed = undefined;
            }
            const code = response.statusCode ?? 0;
            resolve({ code, headers: response.headers, text, body: parsed as Answer['body'] });
          });
        },
      );
      request.on('error', reject);
      request.end(payload);
    });

  return {
    server,
    registry,
    port,
    reports,
    get now() {
      return clock.now;
    },
    set now(value) {
      clock.now = value;
    },
    ask,
    create(apiVersion, kind, namespace, draft) {
      const resource = registry.catalogue.builtIn(apiVersion, kind);
      registry.create(resource, namespace, { apiVersion, kind, ...draft }, { caller: ADMIN, internal: true });
    },
    async close() {
      agent.destroy();
      await server.close();
    },
  };
}
