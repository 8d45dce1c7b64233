/** Nothing but `src-main/recovery/` sends a request that changes a cluster. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../../src-main');
/** The demo is a server of its own and writes into its own storage. */
const OTHER_SIDE = /^(demo|recovery)\//;
/** Requests with a body that change nothing, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  'kube/access.ts': 'reviews of access are questions',
  'kube/access-rules.ts': 'reviews of rules are questions',
  'kube/access-who.ts': 'reviews of oneself are questions',
  'kube/contract.ts': 'the type of a method',
  'kube/oidc-refresh.ts': 'asks an identity provider, which is no cluster',
  'probe/sign-in.ts': 'reviews of oneself are questions',
};

const WRITES = /(['"`])(POST|PUT|PATCH|DELETE)\1/;
/** Typed clients of client-node, which write without naming a method. */
const TYPED =
  /makeApiClient|KubernetesObjectApi|\b\w+V\d(?:beta\d)?Api\b|\.(?:create|patch|replace|delete)Namespaced\w+\(/;

function sources(): string[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && !OTHER_SIDE.test(name));
}

it('no other file names a method that writes, but for questions', () => {
  const found = sources().filter((name) => WRITES.test(readFileSync(join(ROOT, name), 'utf8')));
  expect(found.filter((name) => !Object.hasOwn(ALLOWED, name))).toEqual([]);
});

it('no file uses a typed client of client-node', () => {
  expect(sources().filter((name) => TYPED.test(readFileSync(join(ROOT, name), 'utf8')))).toEqual([]);
});
