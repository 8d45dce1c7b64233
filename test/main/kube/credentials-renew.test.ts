// Renewal of credentials: once for all who were refused, never by itself after a failure, and from what changed on disk.
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ContextAccess, UserEntry } from '../../../src-main/kube/contract.ts';
import { createCredentials } from '../../../src-main/kube/credentials.ts';
import { makeCertificate } from './certificates.ts';
import { eventually } from './eventually.ts';
import { errorOf } from './scripted-server.ts';

const V1 = 'client.authentication.k8s.io/v1';
let folder = '';
let made = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'renew-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function credentialsOf(user: UserEntry) {
  const access: ContextAccess = {
    fabric: 'prod',
    source: '/etc/kubeconfig',
    cluster: { name: 'c', server: 'https://api.prod', insecure: false, disableCompression: false },
    user,
  };
  const credentials = createCredentials(access, { loginShell: null });
  onTestFinished(() => credentials.close());
  return credentials;
}

/** A plugin that counts its runs; the program sees them as `run`, from 1. */
function plugin(program: string, interactiveMode: 'Never' | 'Always' = 'Never') {
  const file = join(folder, `runs-${String(++made)}`);
  const source = `const fs = require('fs'); fs.appendFileSync(process.env.RUNS, 'x'); const run = fs.readFileSync(process.env.RUNS).length; const give = (status) => console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: '${V1}', status })); ${program}`;
  return {
    exec: {
      apiVersion: V1,
      command: process.execPath,
      args: ['-e', source],
      env: [{ name: 'RUNS', value: file }],
      provideClusterInfo: false,
      interactiveMode,
    },
    runs: async () => (await readFile(file, 'utf8').catch(() => '')).length,
  };
}

const header = ({ headers }: { headers: object }) =>
  'authorization' in headers ? headers.authorization : undefined;

describe('a credential command', () => {
  it('runs once for twenty requests that are refused at once', async () => {
    const { exec, runs } = plugin("give({ token: 'token-' + run })");
    const credentials = credentialsOf({ exec });
    const first = await credentials.current();
    const renewed = await Promise.all(Array.from({ length: 20 }, () => credentials.renew(first)));
    expect(renewed).toEqual(Array(20).fill(true));
    expect(await runs()).toBe(2);
    expect(header(await credentials.current())).toBe('Bearer token-2');
    // One that was refused with what was sent before is told that there is another by now.
    expect(await credentials.renew(first)).toBe(true);
    expect(await runs()).toBe(2);
  });

  it('is not run again for what it has just yielded anew', async () => {
    const { exec, runs } = plugin("give({ token: 'token-' + run })");
    const credentials = credentialsOf({ exec });
    await credentials.renew(await credentials.current());
    expect(await credentials.renew(await credentials.current())).toBe(false);
    expect(await runs()).toBe(2);
  });

  it('is not run again for refusal after refusal of the same token', async () => {
    const { exec, runs } = plugin("give({ token: 'same' })");
    const credentials = credentialsOf({ exec });
    const first = await credentials.current();
    for (let refusals = 0; refusals < 3; refusals++) expect(await credentials.renew(first)).toBe(false);
    expect(await runs()).toBe(2);
    expect(await credentials.current()).toBe(first);
    credentials.reset();
    await credentials.current();
    expect(await runs()).toBe(3);
  });

  it('that failed is not run again before somebody asks', async () => {
    const { exec, runs } = plugin(
      "if (run < 2) { console.error('session over'); process.exit(1); } give({ token: 'good' })",
    );
    const credentials = credentialsOf({ exec });
    const errors = await Promise.all([1, 2, 3].map(() => errorOf(credentials.current())));
    errors.push(await errorOf(credentials.current()));
    expect(new Set(errors).size).toBe(1);
    expect(errors[0]).toMatchObject({ retryable: false, details: { why: 'exit', exit: '1' } });
    expect(await runs()).toBe(1);
    credentials.reset();
    expect(header(await credentials.current())).toBe('Bearer good');
  });

  it('that fails at a renewal says why', async () => {
    const { exec } = plugin(
      "if (run > 1) { console.error('session over'); process.exit(1); } give({ token: 'old' })",
    );
    const credentials = credentialsOf({ exec });
    const refused = await credentials.current();
    expect((await errorOf(credentials.renew(refused))).message).toContain('session over');
    expect((await errorOf(credentials.current())).message).toContain('session over');
  });

  it('may yield a certificate that takes the place of the one of the entry', async () => {
    const { exec } = plugin("give({ clientCertificateData: 'CERT', clientKeyData: 'KEY' })");
    expect(await credentialsOf({ exec, token: undefined }).current()).toMatchObject({
      cert: 'CERT',
      key: 'KEY',
    });
  });

  it('is not needed for what was yielded in a terminal, until the server refuses that', async () => {
    const { exec, runs } = plugin("give({ token: 'never' })", 'Always');
    const credentials = credentialsOf({ exec });
    expect((await errorOf(credentials.current())).details?.why).toBe('needs-terminal');
    credentials.accept({ token: 'typed' });
    credentials.reset();
    const identity = await credentials.current();
    expect(header(identity)).toBe('Bearer typed');
    expect((await errorOf(credentials.renew(identity))).details?.why).toBe('needs-terminal');
    credentials.reset();
    expect((await errorOf(credentials.current())).details?.why).toBe('needs-terminal');
    expect(await runs()).toBe(0);
    expect(() => credentials.accept({ token: 'a\nb' })).toThrow('line breaks');
  });
});

describe('files', () => {
  it('a token file is read again when its token is refused', async () => {
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'old\n');
    const credentials = credentialsOf({ tokenFile });
    const old = await credentials.current();
    expect(await credentials.renew(old)).toBe(false);
    await writeFile(tokenFile, 'new\n');
    credentials.reset();
    expect(header(await credentials.current())).toBe('Bearer new');
    expect(await credentials.renew(old)).toBe(true);
  });

  it('a client certificate that is renewed on disk is taken up', async () => {
    const [certFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    const place = async (name: string, at: number) => {
      const { cert, key } = makeCertificate({ name });
      await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key)]);
      await Promise.all([utimes(certFile, at, at), utimes(keyFile, at, at)]);
      return cert;
    };
    const cert = await place('old', 1000);
    const credentials = credentialsOf({ certFile, keyFile });
    const first = await credentials.current();
    expect(String(first.cert)).toBe(cert);
    expect(await credentials.current()).toBe(first);
    const next = await place('new', 2000);
    expect(await credentials.renew(first)).toBe(true);
    expect(String((await credentials.current()).cert)).toBe(next);
    const last = await place('last', 3000);
    await eventually(async () => String((await credentials.current()).cert)).toBe(last);
  });

  it('what cannot be renewed is not', async () => {
    const credentials = credentialsOf({ token: 'fixed' });
    expect(await credentials.renew(await credentials.current())).toBe(false);
    const basic = credentialsOf({ username: 'joe', password: 'pw' });
    expect(await basic.renew(await basic.current())).toBe(false);
  });
});
