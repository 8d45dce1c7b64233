/** The layered probe against real sockets that fail: which layer is named, and what is said of it. */
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ProbeLayer } from '../../../shared/model/connection.ts';
import type { ClusterEntry, ContextAccess } from '../../../src-main/kube/contract.ts';
import { base64, makeCertificate } from '../kube/certificates.ts';
import { startServer, type Answer } from '../kube/scripted-server.ts';
import { apiServer } from './api-server.ts';
import { openBlackHole } from './black-hole.ts';
import {
  accessTo,
  closedPort,
  expectPlain,
  good,
  issuer,
  probe,
  scenarioOf,
  startApi,
  startTcp,
  states,
  trusting,
} from './harness.ts';

interface Failure {
  readonly name: string;
  readonly make: () => Promise<ContextAccess>;
  readonly layer: ProbeLayer;
  readonly scenario: string;
  readonly says: RegExp;
  readonly limitMs?: number;
}

const answering =
  (answer: Answer, certificate = good, cluster: Partial<ClusterEntry> = trusting) =>
  async () =>
    accessTo((await startApi(answer, certificate)).url, cluster);
const page: Answer = (_asked, response) =>
  response
    .writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'sid=s3cret' })
    .end('<html>Sign in</html>');

const FAILURES: readonly Failure[] = [
  {
    name: 'an unknown name',
    make: () => Promise.resolve(accessTo('https://no-such-host.invalid:6443')),
    layer: 'dns',
    scenario: 'HH-K8S-001',
    says: /no-such-host\.invalid/,
  },
  {
    name: 'a closed port',
    make: async () => accessTo(`https://127.0.0.1:${await closedPort()}`),
    layer: 'tcp',
    scenario: 'HH-K8S-001',
    says: /refuses the connection/,
  },
  {
    name: 'a black hole',
    make: async () => {
      const hole = await openBlackHole();
      onTestFinished(hole.close);
      return accessTo(`https://127.0.0.1:${hole.port}`);
    },
    layer: 'tcp',
    scenario: 'HH-K8S-001',
    says: /gives no answer within/,
    limitMs: 1000,
  },
  {
    name: 'a port that accepts and is silent',
    make: async () => accessTo(`https://127.0.0.1:${await startTcp(() => undefined)}`),
    layer: 'tls',
    scenario: 'HH-K8S-004',
    says: /does not finish the TLS handshake within/,
    limitMs: 500,
  },
  {
    name: 'a port that accepts and hangs up',
    make: async () => accessTo(`https://127.0.0.1:${await startTcp((socket) => socket.destroy())}`),
    layer: 'tls',
    scenario: 'HH-K8S-001',
    says: /closed the connection/i,
  },
  {
    name: 'a port of another protocol',
    make: async () =>
      accessTo(`https://127.0.0.1:${await startTcp((socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'))}`),
    layer: 'tls',
    scenario: 'conn/proxy-or-not-kubernetes',
    says: /does not speak TLS/i,
  },
  {
    name: 'a plain HTTP server',
    make: async () => accessTo((await startServer(apiServer())).url.replace('http:', 'https:')),
    layer: 'tls',
    scenario: 'conn/proxy-or-not-kubernetes',
    says: /does not speak TLS/i,
  },
  {
    name: 'another authority',
    make: answering(apiServer(), good, {
      caData: base64(makeCertificate({ name: 'other-ca', authority: true }).cert),
    }),
    layer: 'tls',
    scenario: 'conn/tls-untrusted',
    says: /unknown authority/i,
  },
  {
    name: 'an expired certificate',
    make: answering(apiServer(), makeCertificate({ name: 's', issuer, to: 2020 })),
    layer: 'tls',
    scenario: 'conn/tls-untrusted',
    says: /expired at 2020-01-01 00:00 UTC/,
  },
  {
    name: 'a certificate of the future',
    make: answering(apiServer(), makeCertificate({ name: 's', issuer, from: 2300 })),
    layer: 'tls',
    scenario: 'conn/tls-untrusted',
    says: /not valid before 2300-01-01/,
  },
  {
    name: 'a certificate for another name',
    make: answering(
      apiServer(),
      makeCertificate({ name: 's', issuer, loopback: false, dnsNames: ['api.lab'] }),
    ),
    layer: 'tls',
    scenario: 'conn/tls-untrusted',
    says: /for api\.lab/,
  },
  {
    name: 'an authority file that is not there',
    make: answering(apiServer(), good, { caFile: '/no/such/ca.crt' }),
    layer: 'tls',
    scenario: 'conn/kubeconfig-invalid',
    says: /ca\.crt, which cannot be read/,
  },
  {
    name: 'a web page',
    make: answering(page),
    layer: 'api',
    scenario: 'conn/proxy-or-not-kubernetes',
    says: /does not answer as a Kubernetes API server/i,
  },
  {
    name: 'a redirect to a sign-in page',
    make: answering((_asked, response) =>
      response.writeHead(302, { location: 'https://sso.example/login?code=s3cret' }).end(),
    ),
    layer: 'api',
    scenario: 'conn/proxy-or-not-kubernetes',
    says: /does not answer as a Kubernetes API server/i,
  },
  {
    name: 'JSON without gitVersion',
    make: answering(apiServer({ version: { hello: 'world' } })),
    layer: 'api',
    scenario: 'conn/proxy-or-not-kubernetes',
    says: /no gitVersion/,
  },
  {
    name: 'a load balancer without a server',
    make: answering((_asked, response) =>
      response.writeHead(503, { 'content-type': 'text/html' }).end('<html>no healthy upstream</html>'),
    ),
    layer: 'api',
    scenario: 'HH-K8S-001',
    says: /503/,
  },
  {
    name: 'an API server that accepts and does not answer',
    make: answering(() => undefined),
    layer: 'api',
    scenario: 'HH-K8S-004',
    says: /did not answer within/i,
    limitMs: 1000,
  },
  {
    name: 'a token that was revoked',
    make: answering(apiServer({ signIn: 401 })),
    layer: 'auth',
    scenario: 'HH-K8S-002',
    says: /does not accept the credentials/i,
  },
  {
    name: 'a sign-in that is not answered',
    make: answering((asked, response) => {
      if (asked.path === '/version') apiServer()(asked, response);
    }),
    layer: 'auth',
    scenario: 'HH-K8S-004',
    says: /did not answer within/i,
    limitMs: 1000,
  },
  {
    name: 'no credentials at all',
    make: async () => accessTo((await startApi()).url, trusting, {}),
    layer: 'auth',
    scenario: 'HH-K8S-002',
    says: /saw no credentials/i,
  },
];

describe('the first layer that fails is named, and those behind it are not tried', () => {
  test.each(FAILURES)('$name: $layer, $scenario', async ({ make, layer, scenario, says, limitMs }) => {
    const access = await make();
    const report = await probe(access, {
      alternatives: false,
      ...(limitMs !== undefined && { timeoutMs: limitMs }),
    });
    expect(report.failed, states(report)).toBe(layer);
    const [failed, ...later] = report.steps.slice(report.steps.findIndex((step) => step.layer === layer));
    expect(failed?.state).toBe('failed');
    expect(failed?.says).toMatch(says);
    expect(later.every(({ state }) => state === 'not tried')).toBe(true);
    expect(report.error?.details?.layer).toBe(layer);
    expect(scenarioOf(report)).toBe(scenario);
    expectPlain(report);
  });

  test('a chain that is not trusted is read, and nothing is sent to it', async () => {
    const expired = makeCertificate({ name: 's', issuer, to: 2020 });
    const { url, asked } = await startApi(apiServer(), expired);
    const report = await probe(accessTo(url, trusting));
    expect(report.chain[0]).toMatchObject({ subject: 'CN=s', notAfter: Date.UTC(2020, 0, 1) });
    expect(asked).toEqual([]);
  });

  test('a foreign answer is shown without its secrets', async () => {
    const report = await probe(await answering(page)());
    expect(report.error?.details).toMatchObject({ body: '<html>Sign in</html>' });
    expect(report.error?.details?.headers).toContain('content-type: text/html');
    expect(report.error?.details?.headers).toContain('set-cookie: ••••••');
  });
});
