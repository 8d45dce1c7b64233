// Contexts of a kubeconfig: what each holds, and entries that cannot be used.
import { AppFailure } from '../../../shared/errors.ts';
import { chooseContext } from '../../../src-main/kube/kubeconfig.ts';
import { base64, makeCertificate } from './certificates.ts';
import { describe, expect, it } from 'vitest';
import { useKubeconfigFiles, config, CLUSTER, CONTEXT, USER } from './kubeconfig-files.ts';

const pair = makeCertificate({ name: 'user' });
const files = useKubeconfigFiles();

describe('what a context holds', () => {
  it('is its own cluster and user alone', async () => {
    const path = await files.file(
      config(
        [CLUSTER, '{name: other, cluster: {server: "https://other:6443"}}'],
        [USER, '{name: v, user: {token: other-token}}'],
        [CONTEXT, '{name: y, context: {cluster: other, user: v}}'],
      ),
    );
    const access = chooseContext(await files.load(path), 'x');
    expect(JSON.stringify(access)).not.toMatch(/other/);
    expect(access).toMatchObject({
      fabric: 'x',
      source: path,
      namespace: 'shop',
      cluster: { name: 'c' },
      user: { token: 'secret-token' },
    });
  });

  it.each([
    ['{token: a}', 'token'],
    ['{username: a, password: b}', 'basic'],
    [
      `{client-certificate-data: ${base64(pair.cert)}, client-key-data: ${base64(pair.key)}}`,
      'client certificate',
    ],
    ['{exec: {apiVersion: client.authentication.k8s.io/v1, command: aws}}', 'exec plugin'],
    ['{auth-provider: {name: oidc, config: {id-token: a}}}', 'auth provider'],
    ['{}', 'none'],
    ['null', 'none'],
  ])('signs in: %s', async (user, signIn) => {
    const path = await files.file(config([CLUSTER], [`{name: u, user: ${user}}`], [CONTEXT]));
    expect((await files.load(path)).contexts).toMatchObject([{ signIn }]);
  });

  it('tells the certificate checks that are off, the proxy and the prefix of the path', async () => {
    const cluster =
      '{name: c, cluster: {server: "https://rancher/k8s/clusters/c1/", insecure-skip-tls-verify: true, proxy-url: "socks5://p:1", tls-server-name: n}}';
    const found = await files.load(await files.file(config([cluster], [USER], [CONTEXT])));
    expect(found.contexts).toMatchObject([{ insecureTls: true, server: 'https://rancher/k8s/clusters/c1' }]);
    expect(chooseContext(found, 'x').cluster).toMatchObject({
      insecure: true,
      proxyUrl: 'socks5://p:1',
      serverName: 'n',
    });
  });

  it('impersonates as the user entry says', async () => {
    const user =
      '{name: u, user: {token: t, as: jane, as-uid: "7", as-groups: [a, b], as-user-extra: {scope: [x]}}}';
    expect(
      chooseContext(await files.load(await files.file(config([CLUSTER], [user], [CONTEXT]))), 'x').user
        .impersonate,
    ).toEqual({
      user: 'jane',
      uid: '7',
      groups: ['a', 'b'],
      extra: [['scope', ['x']]],
    });
  });

  it('is read from JSON and through anchors and merge keys', async () => {
    const json = JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: 'https://c:6443' } }],
      users: [],
      contexts: [{ name: 'x', context: { cluster: 'c' } }],
    });
    expect(chooseContext(await files.load(await files.file(json)), 'x').user).toEqual({});
    const merged = config(
      ['&c {name: c, cluster: &f {server: "https://c"}}', '{name: d, cluster: {<<: *f}}'],
      [USER],
      ['{name: x, context: {cluster: d, user: u}}'],
    );
    expect(chooseContext(await files.load(await files.file(merged)), 'x').cluster.server).toBe('https://c');
  });
});

/** The entry that is wrong, alone in its list unless it is there twice; `fields` is what stands under cluster, user or context. */
const cluster = (fields: string): [string, string] => ['clusters', `{name: c, cluster: ${fields}}`];
const user = (fields: string): [string, string] => ['users', `{name: u, user: ${fields}}`];
const context = (fields: string): [string, string] => ['contexts', `{name: x, context: ${fields}}`];
const EXEC = 'apiVersion: client.authentication.k8s.io/v1';

describe('entries that cannot be used', () => {
  it.each([
    ['no cluster named', context('{user: u}'), 'context x names no cluster'],
    ['a missing cluster', context('{cluster: z, user: u}'), 'names cluster z, which no file defines'],
    ['a missing user', context('{cluster: c, user: z}'), 'names user z, which no file defines'],
    ['a context that is text', context('hello'), 'it must be a map, it is text'],
    ['no server', cluster('{}'), 'server is missing'],
    [
      'a server that is a number',
      cluster('{server: 6443}'),
      'server must be text (put it in quotes), it is a number',
    ],
    ['a server without a scheme', cluster('{server: "c:6443"}'), 'server is no https:// or http:// address'],
    ['a server with a password', cluster('{server: "https://a:b@c"}'), 'user name or password'],
    ['bad base64', cluster('{server: "https://c", certificate-authority-data: "%%%"}'), 'is no valid base64'],
    [
      'no certificate',
      cluster('{server: "https://c", certificate-authority-data: aGVsbG8=}'),
      'holds no PEM block',
    ],
    [
      'no flag',
      cluster('{server: "https://c", insecure-skip-tls-verify: "true"}'),
      'must be true or false, it is text',
    ],
    ['no proxy', cluster('{server: "https://c", proxy-url: "ftp://p"}'), 'proxy-url is no http://'],
    [
      'checks off beside an authority',
      cluster(
        `{server: "https://c", insecure-skip-tls-verify: true, certificate-authority-data: ${base64(pair.cert)}}`,
      ),
      'turns certificate checks off',
    ],
    ['a token that is a number', user('{token: 12345}'), 'token must be text'],
    ['a token with a line break', user('{token: "a\\nb: c"}'), 'characters that no header can'],
    [
      'a certificate without a key',
      user(`{client-certificate-data: ${base64(pair.cert)}}`),
      'is set without client-key',
    ],
    ['an old auth provider', user('{auth-provider: {name: gcp}}'), 'auth-provider gcp was removed'],
    [
      'an old exec',
      user('{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: a}}'),
      'exec.apiVersion must be one of',
    ],
    ['exec without a command', user(`{exec: {${EXEC}}}`), 'exec.command is missing'],
    [
      'exec beside a provider',
      user(`{exec: {${EXEC}, command: a}, auth-provider: {name: oidc}}`),
      'only one is allowed',
    ],
    ['two ways to sign in', user('{token: a, username: b, password: c}'), 'only one is allowed'],
    ['groups without a user', user('{as-groups: [a]}'), 'without a user (as)'],
    ['a missing key file', user('{client-certificate: no.crt, client-key: no.key}'), 'which does not exist'],
    ['a token file that is a folder', user('{tokenFile: .}'), 'which is a folder'],
  ])('%s', async (_what, [list, entry], words) => {
    const others = { clusters: CLUSTER, users: USER, contexts: CONTEXT, [list]: entry };
    await expectBroken([others.clusters], [others.users], [others.contexts], list, words);
  });

  it('a cluster or a context twice', async () => {
    await expectBroken(
      [CLUSTER, CLUSTER],
      [USER],
      [CONTEXT],
      'clusters',
      'cluster c is defined twice, again on line 5',
    );
    await expectBroken(
      [CLUSTER],
      [USER],
      [CONTEXT, CONTEXT],
      'contexts',
      'context x is defined twice, again on line 11',
    );
  });

  async function expectBroken(
    clusters: string[],
    users: string[],
    contexts: string[],
    list: string,
    words: string,
  ) {
    const text = config(
      [...clusters, '{name: good, cluster: {server: "https://good"}}'],
      [...users, '{name: good, user: {token: t}}'],
      [...contexts, '{name: good, context: {cluster: good, user: good}}'],
    );
    const path = await files.file(text);
    const found = await files.load(path);
    const bad = found.contexts.find((each) => each.id === 'x');
    expect(bad?.access).toBeUndefined();
    expect(bad?.problem).toMatchObject({ code: 'context-broken', fabric: 'x', retryable: false });
    expect(bad?.problem?.message).toContain(words);
    // Lines count from 1, and the first entry stands below the name of its list.
    expect(bad?.problem?.details).toMatchObject({
      file: path,
      line: String(text.split('\n').indexOf(`${list}:`) + 2),
    });
    expect(bad?.problem?.hint).toMatch(/\.$/);
    expect(() => chooseContext(found, 'x')).toThrow(AppFailure);
    // The others still work.
    expect(chooseContext(found, 'good').cluster.server).toBe('https://good');
  }

  it.each([
    ['clusters: {}\n', 'clusters must be a list, it is a map'],
    ['contexts: [7]\n', 'contexts[0] must be a map, it is a number'],
    ['users: [{user: {token: a}}]\n', 'users[0].name must be text, it is nothing'],
    ['users: [{name: 7}]\n', 'users[0].name must be text, it is a number'],
    ['clusters: [{name: ""}]\n', 'clusters[0].name must be text, it is empty'],
    ['contexts: []\ncurrent-context: [a]\n', 'current-context must be text, it is a list'],
  ])('%j', async (text, words) => {
    expect((await files.problemOf(text))?.message).toContain(words);
  });
});
