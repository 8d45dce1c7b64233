/** What is typed into the dialog of a fabric is checked field by field, with a sentence for each. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  NO_SETTINGS,
  type FabricSettings,
  type ManualFabric,
} from '../../../shared/model/fabric-settings.ts';
import {
  manualFaults,
  refuseFaults,
  settingsFaults,
  tidyManual,
  tidySettings,
} from '../../../src-main/settings/check-draft.ts';
import { makeCertificate } from '../kube/certificates.ts';

const MANUAL: ManualFabric = {
  name: 'lab-west',
  server: 'https://10.0.0.1:6443',
  ca: '',
  namespace: '',
  kubeconfig: '',
  context: '',
};

const faultsOf = (change: Partial<ManualFabric>, token: string | null = 'abc', tokenOf?: string) =>
  manualFaults({
    manual: tidyManual({ ...MANUAL, ...change }),
    token: token ?? undefined,
    tokenOf,
    taken: ['taken'],
  });

describe('a fabric by hand', () => {
  test('that is complete has no fault', () => {
    expect(faultsOf({})).toEqual({});
    expect(faultsOf({ server: ' https://[::1]:6443/prefix/ ', namespace: 'fab' })).toEqual({});
    expect(faultsOf({ server: 'http://127.0.0.1:8001' }, null)).toEqual({});
    expect(faultsOf({ server: '', kubeconfig: '/k', context: ' odd name ' }, null)).toEqual({});
  });

  test.each<[Partial<ManualFabric>, string, RegExp]>([
    [{ name: '  ' }, 'name', /Give the fabric a name/],
    [{ name: 'taken' }, 'name', /There is a fabric taken already/],
    [{ name: 'x'.repeat(101) }, 'name', /100 characters/],
    [{ name: 'prod\u202egnp' }, 'name', /invisible or control/],
    [{ server: '' }, 'server', /https:\/\/host:port/],
    [{ server: 'api.example:6443' }, 'server', /https:\/\/host:port/],
    [{ server: '10.0.0.1' }, 'server', /https:\/\/host:port/],
    [{ server: 'https:10.0.0.1' }, 'server', /https:\/\/host:port/],
    [{ server: 'file:///etc/passwd' }, 'server', /https:\/\/host:port/],
    [{ server: 'javascript:alert(1)' }, 'server', /https:\/\/host:port/],
    [{ server: 'https://a b' }, 'server', /https:\/\/host:port/],
    [{ server: 'https://me:pw@host' }, 'server', /user name/],
    [{ server: 'https://host/?x=1' }, 'server', /what follows \? or #/],
    [{ server: 'http://10.0.0.1:8080' }, 'server', /anybody on the way/],
    [{ server: 'http://127.0.0.1.example.org' }, 'server', /anybody on the way/],
    [{ server: 'http://localhost:8001' }, 'server', /token is not sent over http/],
    [{ namespace: 'Not_A_Namespace' }, 'namespace', /small letters/],
    [{ ca: 'nonsense' }, 'ca', /no certificate/],
    [{ ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }, 'ca', /1 of 1 is damaged/],
    [{ ca: '-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----' }, 'ca', /private key/],
    [{ kubeconfig: '/k' }, 'context', /none is chosen by itself/],
    [{ context: 'prod' }, 'kubeconfig', /Name the kubeconfig/],
    [{ kubeconfig: 'relative/config', context: 'prod' }, 'kubeconfig', /whole path/],
    // The credentials of a file are sent to the server of that file, to no other.
    [{ kubeconfig: '/k', context: 'prod' }, 'server', /that of the context/],
    [{ kubeconfig: '/k', context: 'prod' }, 'token', /Leave the token out/],
  ])('%j: %s', (change, field, says) => {
    expect(faultsOf(change)[field as 'name']).toMatch(says);
  });

  test.each([
    ['Bearer abc', /word Bearer/],
    ['a b', /spaces/],
    ['a\r\nX-Evil: 1', /spaces/],
    ['a\u0000', /spaces/],
    ['ключ', /no token has/],
  ])('token %j', (token, says) => {
    expect(faultsOf({}, token).token).toMatch(says);
  });

  test('over https a token is needed, and a stored one is not sent to another server', () => {
    expect(manualFaults({ manual: MANUAL, token: undefined, taken: [] }).token).toMatch(/Give a token/);
    expect(faultsOf({}, 'abc', 'https://10.0.0.1:6443/path')).toEqual({});
    expect(faultsOf({}, 'abc', 'https://10.0.0.2:6443').token).toMatch(/given for https:\/\/10.0.0.2:6443/);
  });

  test('a home folder is written out', () => {
    expect(tidyManual({ ...MANUAL, kubeconfig: ' ~/.kube/config\n' }).kubeconfig).toBe(
      join(homedir(), '.kube/config'),
    );
  });
});

describe('settings', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hedgerow-check-'));
    writeFileSync(join(folder, 'plain'), '', { mode: 0o600 });
    writeFileSync(join(folder, 'program'), '', { mode: 0o700 });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each<[Partial<FabricSettings>, string, RegExp]>([
    [{ environment: 'x'.repeat(17) }, 'environment', /16 characters/],
    [{ environment: 'PR\u200bOD' }, 'environment', /invisible/],
    [{ namespace: 'a.b' }, 'namespace', /small letters/],
    [{ proxy: 'proxy:3128' }, 'proxy', /http:\/\/host:port/],
    [{ proxy: 'ftp://proxy' }, 'proxy', /http:\/\/host:port/],
    [{ proxy: 'http://me:pw@proxy:3128' }, 'proxy', /plain text/],
    [{ tlsServerName: 'https://host' }, 'tlsServerName', /without https/],
    [{ ca: 'x' }, 'ca', /no certificate/],
    [{ execPath: 'kubelogin' }, 'execPath', /whole path/],
    [{ execPath: '/nowhere/kubelogin' }, 'execPath', /no such file/],
    [{ execPath: tmpdir() }, 'execPath', /no file/],
    [{ timeoutMs: 31_000 }, 'timeoutMs', /one of the limits/],
  ])('%j: %s', async (change, field, says) => {
    expect((await settingsFaults({ ...NO_SETTINGS, ...change }))[field as 'proxy']).toMatch(says);
  });

  test('that are right have no fault', async () => {
    const settings: FabricSettings = {
      ...NO_SETTINGS,
      environment: ' lab ',
      namespace: 'fab',
      proxy: 'socks5://127.0.0.1:1080',
      tlsServerName: 'kube.example',
      ca: makeCertificate({ name: 'own', authority: true }).cert,
      execPath: join(folder, 'program'),
      watchKinds: ['Pod', '__proto__', 'Nonsense', 'Node'],
      timeoutMs: 60_000,
    };
    const tidied = tidySettings(settings);
    expect(await settingsFaults(tidied)).toEqual({});
    expect(tidied).toMatchObject({ environment: 'lab', watchKinds: ['Pod', 'Node'] });
    expect(await settingsFaults({ ...NO_SETTINGS, proxy: 'direct' })).toEqual({});
  });

  test.skipIf(process.platform === 'win32')('a program that may not be run', async () => {
    const faults = await settingsFaults({ ...NO_SETTINGS, execPath: join(folder, 'plain') });
    expect(faults.execPath).toMatch(/may not be run/);
  });
});

test('all sentences travel in one failure, the first as its message', () => {
  expect(() => refuseFaults({}, 'x')).not.toThrow();
  const failure = (faults: object) => {
    try {
      refuseFaults(faults, 'x');
    } catch (cause) {
      return (cause as { error: unknown }).error;
    }
    return undefined;
  };
  expect(failure({ name: 'A.' })).toMatchObject({ code: 'invalid', message: 'A.', details: { name: 'A.' } });
  expect(failure({ name: 'A.', token: 'B.' })).toMatchObject({
    message: '2 fields need correction: name, token.',
  });
});
