/** The headless command on connections that fail: each condition has its own scenario, failing layer and one next step. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src-main/headless/report.ts';
import { base64, makeCertificate } from '../main/kube/certificates.ts';
import { openBlackHole, type BlackHole } from '../main/probe/black-hole.ts';

const COMMAND = fileURLToPath(new URL('../../build/headless.mjs', import.meta.url));
const SECRET = 's3cret-token-of-a-test';
/** Longer than the command waits. */
const SLOW_MS = 40_000;

const ca = makeCertificate({ name: 'lab-ca', authority: true });
const issuer = { name: 'lab-ca', key: ca.key };
const good = makeCertificate({ name: 'kube-apiserver', issuer });
const expired = makeCertificate({ name: 'kube-apiserver', issuer, to: 2020 });
const trusted = { 'certificate-authority-data': base64(ca.cert) };

const ended: (() => void)[] = [];
let folder = '';

/** An API server that knows no token; `/version` is for everybody. */
const apiServer: RequestListener = (request, response) => {
  const stranger = request.headers.authorization === undefined;
  const status = stranger ? (request.url === '/version' ? 200 : 403) : 401;
  const body =
    status === 200
      ? { gitVersion: 'v1.35.4' }
      : { kind: 'Status', status: 'Failure', code: status, reason: 'Unauthorized', message: 'Unauthorized' };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
const page: RequestListener = (_request, response) => {
  response
    .writeHead(200, { 'content-type': 'text/html', 'set-cookie': SECRET })
    .end('<html>Please sign in</html>');
};
const slow: RequestListener = (request, response) => {
  const timer = setTimeout(() => apiServer(request, response), SLOW_MS);
  response.once('close', () => clearTimeout(timer));
};

function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined));
  });
  ended.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

const serve = async (answer: RequestListener, certificate = good): Promise<string> =>
  `https://127.0.0.1:${await listen(createTlsServer({ ...certificate }, answer))}`;

async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A kubeconfig (JSON is YAML) with one context. */
function kubeconfig(name: string, cluster: object, user: object = { token: SECRET }): string {
  const file = join(folder, `${name}.yaml`);
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'lab',
    clusters: [{ name: 'lab', cluster }],
    users: [{ name: 'jane', user }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'jane' } }],
  };
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const plugin = (command: string, args: readonly string[] = []) => ({
  exec: { apiVersion: 'client.authentication.k8s.io/v1', command, args, interactiveMode: 'Never' },
});

/** A command that prints a credential with this status. */
function yielding(status: object): object {
  const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status };
  return plugin(process.execPath, ['-e', `console.log(${JSON.stringify(JSON.stringify(credential))})`]);
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A JSON Web Token that was over long ago. */
const STALE_TOKEN = `${part({ alg: 'none' })}.${part({ iss: 'https://sso.example', sub: 'jane', iat: 1_600_000_000, exp: 1_600_003_600 })}.${base64('s3cret-signature')}`;

interface Condition {
  readonly name: string;
  /** Writes the kubeconfig. */
  readonly make: () => Promise<string>;
  readonly scenario: string;
  /** The layer of `probe.failed`. */
  readonly layer: string;
  /** What summary and cause say of the layer. */
  readonly says: RegExp;
  readonly next: RegExp;
}

let hole: BlackHole | undefined;

const CONDITIONS: readonly Condition[] = [
  {
    name: 'a closed port',
    make: async () => kubeconfig('closed', { server: `https://127.0.0.1:${await closedPort()}` }),
    scenario: 'HH-K8S-001',
    layer: 'tcp',
    says: /refuses connections.*TCP fails/,
    next: /API server runs/,
  },
  {
    name: 'a black hole',
    make: async () => {
      hole = await openBlackHole();
      return kubeconfig('hole', { server: `https://127.0.0.1:${hole.port}` });
    },
    scenario: 'HH-K8S-001',
    layer: 'tcp',
    says: /nothing answers at 127\.0\.0\.1:\d+.*TCP fails/,
    next: /VPN/,
  },
  {
    name: 'a wrong CA',
    make: async () => {
      const other = makeCertificate({ name: 'other-ca', authority: true });
      const server = await serve(apiServer);
      return kubeconfig('wrong-ca', { server, 'certificate-authority-data': base64(other.cert) });
    },
    scenario: 'conn/tls-untrusted',
    layer: 'tls',
    says: /another authority.*CN=lab-ca.*CN=other-ca.*TLS fails/,
    next: /Compare the certificate|fresh kubeconfig/,
  },
  {
    name: 'an expired certificate',
    make: async () => kubeconfig('expired', { server: await serve(apiServer, expired), ...trusted }),
    scenario: 'conn/tls-untrusted',
    layer: 'tls',
    says: /expired .* ago.*2020-01-01.*TLS fails/,
    next: /Renew the certificate/,
  },
  {
    name: 'a plain HTTP server',
    make: async () =>
      kubeconfig('plain', {
        server: `https://127.0.0.1:${await listen(createServer(apiServer))}`,
        ...trusted,
      }),
    scenario: 'conn/proxy-or-not-kubernetes',
    layer: 'tls',
    says: /does not speak TLS.*TLS fails/,
    next: /port of the server/,
  },
  {
    name: 'an HTML proxy',
    make: async () => kubeconfig('page', { server: await serve(page), ...trusted }),
    scenario: 'conn/proxy-or-not-kubernetes',
    layer: 'api',
    says: /web page.*Please sign in.*API fails/,
    next: /address of the server/,
  },
  {
    name: 'a revoked token',
    make: async () => kubeconfig('revoked', { server: await serve(apiServer), ...trusted }),
    scenario: 'HH-K8S-002',
    layer: 'auth',
    says: /refuses the sign-in.*sign-in fails/,
    next: /fresh token/,
  },
  {
    name: 'an expired exec plugin',
    make: async () =>
      kubeconfig(
        'stale-plugin',
        { server: await serve(apiServer), ...trusted },
        yielding({ token: SECRET, expirationTimestamp: '2026-01-01T00:00:00Z' }),
      ),
    scenario: 'conn/exec-plugin-failed',
    layer: 'auth',
    says: /expired .* ago.*sign-in fails/,
    next: /Sign in again/,
  },
  {
    name: 'an exec plugin that hands out an expired token',
    make: async () =>
      kubeconfig(
        'stale-token',
        { server: await serve(apiServer), ...trusted },
        yielding({ token: STALE_TOKEN }),
      ),
    scenario: 'conn/exec-plugin-failed',
    layer: 'auth',
    says: /expired .* ago.*2020-09-13.*sign-in fails/,
    next: /Sign in again/,
  },
  {
    name: 'a missing plugin binary',
    make: async () =>
      kubeconfig('no-plugin', { server: await serve(apiServer), ...trusted }, plugin('no-such-plugin')),
    scenario: 'conn/exec-plugin-failed',
    layer: 'auth',
    says: /no-such-plugin does not exist/,
    next: /Install no-such-plugin/,
  },
  {
    name: 'a server that answers after 40 s',
    make: async () => kubeconfig('slow', { server: await serve(slow), ...trusted }),
    scenario: 'HH-K8S-004',
    layer: 'api',
    says: /accepts requests and does not answer within.*API fails/,
    next: /load of the API server/,
  },
];

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const NOT_RUN: Run = { code: -1, out: '', err: 'It was not run.' };

function diagnose(args: readonly string[]): Promise<Run> {
  const { KUBECONFIG: _own, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, 'diagnose', ...args], { env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
}

describe('diagnose on connections that fail', () => {
  // All at once: the slowest of them takes half a minute by its nature.
  const runs = new Map<string, Promise<Run>>();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hedgerow-connection-'));
    // The command builds itself on first use.
    await diagnose(['--help']);
    for (const { name, make } of CONDITIONS) {
      const file = await make();
      runs.set(name, diagnose(['--kubeconfig', file, '-o', 'json']));
    }
  }, 180_000);

  afterAll(() => {
    for (const end of ended) end();
    hole?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(CONDITIONS)('$name: $scenario at layer $layer', async ({ name, scenario, layer, says, next }) => {
    const { code, out, err } = (await runs.get(name)) ?? NOT_RUN;
    expect(code, err).toBe(1);
    const report = JSON.parse(out) as Report;
    expect(report.complete).toBe(false);
    // One root, and nothing beside it.
    expect(report.findings.map((finding) => finding.scenario)).toEqual([scenario]);
    const { summary = '', cause = '', advice = '', evidence = [] } = report.findings[0] ?? {};
    const observed = (path: string) => evidence.find((each) => each.path === path)?.observed;
    expect(observed('probe.failed')).toBe(layer);
    expect(observed(`probe.${layer}`)).toMatch(/^failed after \d+ ms: \S/);
    expect(`${summary} ${cause}`).toMatch(says);
    expect(advice).toMatch(next);
    expect(advice).toMatch(/^[A-Z][^\n]*\.$/);
    expect(out + err).not.toMatch(/s3cret|undefined|NaN|eyJ|\bat \S+ \(|node:internal/);
  });
});
