/** What API clients log when they are refused, and what only looks like it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildLogExcerpt } from '../../../shared/diagnosis/log-excerpt.ts';
import { nameWanted, readDenial, type Denial } from '../../../shared/scenarios/denials.ts';
import { manifestFor } from '../../../shared/scenarios/denial-manifest.ts';

const account = { namespace: 'shop', name: 'web' };
const USER = 'User "system:serviceaccount:shop:web"';

describe('a refusal in a log', () => {
  it.each<[string, string]>([
    [
      `Error from server (Forbidden): pods is forbidden: ${USER} cannot list resource "pods" in API group "" in the namespace "shop"`,
      'list pods in namespace shop',
    ],
    [
      `pods "web-1" is forbidden: ${USER} cannot get resource "pods/log" in API group "" in the namespace "shop"`,
      'get pods/log in namespace shop',
    ],
    [
      `E1128 1 reflector.go:204] "Failed to watch" err="failed to list *v1.Node: nodes is forbidden: User \\"system:serviceaccount:shop:web\\" cannot list resource \\"nodes\\" in API group \\"\\" at the cluster scope" logger="x"`,
      'list nodes in the whole cluster',
    ],
    [
      `{"level":"error","error":"leases.coordination.k8s.io \\\\\\"app\\\\\\" is forbidden: User \\\\\\"system:serviceaccount:shop:web\\\\\\" cannot update resource \\\\\\"leases\\\\\\" in API group \\\\\\"coordination.k8s.io\\\\\\" in the namespace \\\\\\"shop\\\\\\""}`,
      'update leases.coordination.k8s.io in namespace shop',
    ],
  ])('%s', (line, wanted) => {
    const denial = readDenial(line);
    expect(denial).toMatchObject({ kind: 'forbidden', account });
    expect(denial?.wanted && nameWanted(denial.wanted)).toBe(wanted);
  });

  it.each<[string, Denial | undefined]>([
    [
      `pods is forbidden: ${USER} cannot list resource "pods" in API group "" in the namespace "shop": RBAC: role.rbac.authorization.k8s.io "reader" not found`,
      {
        kind: 'forbidden',
        account,
        wanted: {
          verb: 'list',
          group: '',
          resource: 'pods',
          subresource: '',
          namespace: 'shop',
          name: undefined,
        },
        missingRole: { kind: 'Role', name: 'reader' },
      },
    ],
    [`forbidden: ${USER} cannot get path "/metrics"`, { kind: 'forbidden', account }],
    ['the server has asked for the client to provide credentials', { kind: 'unauthorised' }],
    ['error: You must be logged in to the server (Unauthorized)', { kind: 'unauthorised' }],
    ['error retrieving resource lock shop/app: Unauthorized', { kind: 'unauthorised' }],
    ['failed to list *v1.Pod: Unauthorized', { kind: 'unauthorised' }],
    ['kubernetes.client.exceptions.ApiException: (401)', { kind: 'unauthorised' }],
    [
      'open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory',
      { kind: 'no token' },
    ],
    [
      'open /var/run/secrets/kubernetes.io/serviceaccount/token: permission denied',
      { kind: 'token unreadable' },
    ],
    // Near misses.
    ["cat: can't open '/etc/app/settings.json': Permission denied", undefined],
    ['GET https://shop.example.org/feed: 401 Unauthorized', undefined],
    ['permission denied for table orders', undefined],
    ['user system:serviceaccount:shop:web signed in', undefined],
    [
      'forbidden: User "someone@example.org" cannot list resource "pods" in API group "" at the cluster scope',
      undefined,
    ],
    ['reading /var/run/secrets/kubernetes.io/serviceaccount/token', undefined],
    ['', undefined],
  ])('%s', (line, expected) => {
    expect(readDenial(line)).toEqual(expected);
  });

  it('of a token is read from an excerpt, which hides what stands behind the word', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', name: 'p' };
    const text = 'open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory';
    const { lines } = buildLogExcerpt({ pod, container: 'a', previous: false, text });
    expect(readDenial(lines[0]?.text ?? '')).toEqual({ kind: 'no token' });
  });

  it('is looked for in any text, in no time to speak of', () => {
    const words = fc.constantFrom('forbidden: ', USER, ' cannot list resource "', '"', '\\"', '/', 'a', ' ');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((all) => all.join('')),
        ),
        (line) => {
          expect(() => readDenial(line)).not.toThrow();
        },
      ),
    );
    expect(readDenial(`forbidden: ${'User "system:serviceaccount:'.repeat(20_000)}`)).toBeUndefined();
  });
});

describe('the role for what was refused', () => {
  const wanted = (line: string) => readDenial(`${line} in API group "" in the namespace "shop"`) ?? {};

  it('gathers verbs and resources, and lets who lists to watch do both', () => {
    const yaml = manifestFor(account, [
      wanted(`failed to list *v1.Pod: forbidden: ${USER} cannot list resource "pods"`),
      wanted(`forbidden: ${USER} cannot get resource "configmaps"`),
      wanted(`forbidden: ${USER} cannot get resource "services"`),
      wanted(`secrets "key" is forbidden: ${USER} cannot get resource "secrets"`),
    ])?.yaml;
    expect(yaml).toContain('resources: [configmaps, services]');
    expect(yaml).toContain('verbs: [list, watch]');
    expect(yaml).toContain('resourceNames: [key]');
    expect(yaml).toContain('kind: RoleBinding');
    expect(yaml).not.toContain('ClusterRole');
  });

  it.each([
    `forbidden: ${USER} cannot * resource "pods"`,
    `forbidden: ${USER} cannot get resource "*"`,
    `forbidden: ${USER} cannot impersonate resource "users"`,
    `forbidden: ${USER} cannot get resource "pods\nkind: x"`,
  ])('is not written on the word of a log alone: %s', (line) => {
    expect(manifestFor(account, [wanted(line)])).toBeUndefined();
  });

  it('never lets it change roles', () => {
    const line = `forbidden: ${USER} cannot create resource "rolebindings" in API group "rbac.authorization.k8s.io" in the namespace "shop"`;
    expect(manifestFor(account, [readDenial(line) ?? {}])).toBeUndefined();
  });
});
