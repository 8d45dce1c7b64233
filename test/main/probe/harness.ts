// Servers, contexts and looks at a report for tests of the probe.
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import type { ProbeReport } from '../../../shared/model/connection.ts';
import { connectionFinding } from '../../../shared/connection/connection-finding.ts';
import type { ClusterEntry, ContextAccess, UserEntry } from '../../../src-main/kube/contract.ts';
import { probeConnection, type ProbeOptions } from '../../../src-main/probe/probe.ts';
import { base64, makeCertificate } from '../kube/certificates.ts';
import { startServer, type Answer } from '../kube/scripted-server.ts';
import { apiServer, TOKEN } from './api-server.ts';

export const ca = makeCertificate({ name: 'lab-ca', authority: true });
export const issuer = { name: 'lab-ca', key: ca.key };
export const good = makeCertificate({ name: 'kube-apiserver', issuer, dnsNames: ['kubernetes', 'api.lab'] });
export const trusting = { caData: base64(ca.cert) };

export function accessTo(
  server: string,
  cluster: Partial<ClusterEntry> = {},
  user: UserEntry = { token: TOKEN },
): ContextAccess {
  return {
    fabric: 'lab',
    source: 'lab.yaml',
    cluster: { name: 'lab', server, insecure: false, disableCompression: false, ...cluster },
    user,
  };
}

export const probe = (access: ContextAccess, more: Partial<ProbeOptions> = {}) =>
  probeConnection({ access, env: {}, timeoutMs: 20_000, ...more });

export const startApi = (answer: Answer = apiServer(), certificate = good) =>
  startServer(answer, { ...certificate });

/** A TCP server that treats its connections as told; ends with the test. */
export async function startTcp(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).resume());
    onSocket(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export const states = (report: ProbeReport): string =>
  report.steps.map(({ layer, state }) => `${layer} ${state}`).join(', ');
export const scenarioOf = (report: ProbeReport): string =>
  report.error === undefined
    ? ''
    : connectionFinding('lab', report.error, report.at, { probe: report }).scenario;

/** Nothing of a report may hold a secret, and its sentences must be sentences. */
export function expectPlain(report: ProbeReport): void {
  expect(JSON.stringify(report)).not.toMatch(/s3cret|undefined|\bat \S+:\d+:\d+|NaN/);
  for (const { says } of report.steps) expect(says).toMatch(/^\S.*[^.]$/);
}
