/** The settings of a fabric lie over its kubeconfig: for this fabric alone, and only what was set. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { NO_SETTINGS } from '../../../shared/model/fabric-settings.ts';
import { applySettings } from '../../../src-main/fabric/apply-settings.ts';
import type { ClusterEntry, KubeContext } from '../../../src-main/kube/contract.ts';
import { chooseProxy } from '../../../src-main/kube/proxy.ts';
import { base64 } from '../kube/certificates.ts';

const EXEC = {
  apiVersion: 'client.authentication.k8s.io/v1',
  command: 'kubelogin',
  args: ['get-token'],
  env: [],
  provideClusterInfo: false,
  interactiveMode: 'Never',
} as const;

function contextWith(cluster: Partial<ClusterEntry> = {}): KubeContext {
  return {
    id: 'prod',
    source: '/k',
    current: true,
    origin: 'kubeconfig',
    colour: 'none',
    environment: '',
    signIn: 'exec plugin',
    namespace: 'shop',
    insecureTls: cluster.insecure ?? false,
    access: {
      fabric: 'prod',
      source: '/k',
      namespace: 'shop',
      cluster: {
        name: 'c',
        server: 'https://c:6443',
        insecure: false,
        disableCompression: false,
        ...cluster,
      },
      user: { name: 'u', exec: EXEC },
    },
  };
}

const authorityOf = (context: KubeContext) =>
  Buffer.from(context.access?.cluster.caData ?? '', 'base64').toString('utf8');

test('nothing set changes nothing at all', async () => {
  const context = contextWith();
  expect(await applySettings(context, NO_SETTINGS)).toBe(context);
});

test('every field arrives where it is used', async () => {
  const applied = await applySettings(contextWith(), {
    ...NO_SETTINGS,
    colour: 'red',
    environment: 'PROD',
    readOnly: true,
    namespace: 'other',
    proxy: 'http://proxy:3128',
    tlsServerName: 'kube.example',
    execPath: '/opt/kubelogin',
    watchKinds: ['Pod'],
    timeoutMs: 60_000,
  });
  expect(applied).toMatchObject({
    colour: 'red',
    environment: 'PROD',
    namespace: 'other',
    own: { readOnly: true, watchKinds: ['Pod'], timeoutMs: 60_000 },
    access: {
      namespace: 'other',
      cluster: { proxyUrl: 'http://proxy:3128', proxyFrom: 'app', serverName: 'kube.example' },
      user: { exec: { ...EXEC, path: '/opt/kubelogin' } },
    },
  });
});

test('another port is one of the same host, with its path', async () => {
  const { server, access } = await applySettings(contextWith({ server: 'https://c:6443/prefix' }), {
    ...NO_SETTINGS,
    port: 8443,
  });
  expect([server, access?.cluster.server]).toEqual(['https://c:8443/prefix', 'https://c:8443/prefix']);
});

test('a direct way passes by the proxy of the kubeconfig and of the environment', async () => {
  const applied = await applySettings(contextWith({ proxyUrl: 'http://proxy:3128' }), {
    ...NO_SETTINGS,
    proxy: 'direct',
  });
  const env = { HTTPS_PROXY: 'http://proxy:3128' };
  expect(chooseProxy('https://c:6443', applied.access?.cluster.proxyUrl, env)).toBeUndefined();
});

test('the own authority stands beside the one of the kubeconfig, in data or in a file, or alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-ca-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'ca.crt'), 'FILE\n');
  const own = { ...NO_SETTINGS, ca: 'OWN' };
  expect(authorityOf(await applySettings(contextWith({ caData: base64('DATA\n') }), own))).toBe(
    'DATA\nOWN\n',
  );
  const fromFile = await applySettings(contextWith({ caFile: join(folder, 'ca.crt') }), own);
  expect(authorityOf(fromFile)).toBe('FILE\nOWN\n');
  expect(fromFile.access?.cluster.caFile).toBeUndefined();
  expect(authorityOf(await applySettings(contextWith(), own))).toBe('OWN\n');
});

test('to give an authority turns checks on', async () => {
  const applied = await applySettings(contextWith({ insecure: true }), { ...NO_SETTINGS, ca: 'OWN' });
  expect([applied.insecureTls, applied.access?.cluster.insecure]).toEqual([false, false]);
});

test('an authority file that is gone is the problem of this fabric, and nothing is trusted in its place', async () => {
  const applied = await applySettings(contextWith({ caFile: '/nowhere/ca.crt' }), {
    ...NO_SETTINGS,
    ca: 'OWN',
  });
  expect(applied.access).toBeUndefined();
  expect(applied.problem?.message).toMatch(/certificate-authority.*\/nowhere\/ca.crt.*ENOENT/);
});

test('a context that cannot be used keeps its problem, with its colour', async () => {
  const { access: _none, ...rest } = contextWith();
  const problem = { code: 'context-broken', message: 'Broken.', retryable: false } as const;
  const applied = await applySettings({ ...rest, problem }, { ...NO_SETTINGS, colour: 'blue' });
  expect(applied).toMatchObject({ colour: 'blue', problem });
});
