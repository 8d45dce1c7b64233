/** What runtimes and registries say of a failed pull, and what each means. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyPull, registryOf, type PullFailure } from '../../../shared/scenarios/image-messages.ts';

const IMAGE = 'registry.example.com/shop/web:1.4';
const RESOLVE = `failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": `;
const REQUEST = `${RESOLVE}failed to do request: Head "https://registry.example.com/v2/shop/web/manifests/1.4": `;

const MESSAGES: Record<PullFailure, readonly string[]> = {
  'not found': [
    // containerd 1.6, 1.7, 2.x
    `rpc error: code = NotFound desc = ${RESOLVE}${IMAGE}: not found`,
    `${RESOLVE}unexpected status from HEAD request to https://registry.example.com/v2/shop/web/manifests/1.4: 404 Not Found`,
    `rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": no match for platform in manifest: not found`,
    'no matching manifest for linux/arm64/v8 in the manifest list entries',
    // Docker
    'Error response from daemon: manifest for shop/web:1.4 not found: manifest unknown: manifest unknown',
    'Error response from daemon: manifest unknown: MANIFEST_UNKNOWN',
    // CRI-O
    'reading manifest 1.4 in registry.example.com/shop/web: manifest unknown',
    'choosing an image from manifest list docker://registry.example.com/shop/web:1.4: no image found in manifest list for architecture arm64, variant "v8", OS linux',
    `(Mirrors also failed: [mirror:5000/shop/web:1.4: pinging container registry mirror:5000: Get "http://mirror:5000/v2/": dial tcp 10.0.0.9:5000: connect: connection refused]): ${IMAGE}: reading manifest 1.4 in registry.example.com/shop/web: manifest unknown`,
    // registries
    `${RESOLVE}unexpected status code [manifests 1.4]: 404 Not Found`,
    "name unknown: The repository with name 'web' does not exist in the registry with id '123456789012'",
    'NAME_UNKNOWN: repository name not known to registry',
    'Failed to apply default image tag "Registry/App:1:2": couldn\'t parse image name "Registry/App:1:2": invalid reference format',
    'SignatureValidationFailed: Source image rejected: None of the signatures were accepted',
  ],
  unauthorised: [
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    "Error response from daemon: pull access denied for shop/web, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    'repository shop/web not found: does not exist or no pull access',
    `${RESOLVE}pulling from host registry.example.com failed with status code [manifests 1.4]: 401 Unauthorized`,
    `${RESOLVE}unexpected status from HEAD request to https://registry.example.com/v2/shop/web/manifests/1.4: 403 Forbidden`,
    `${RESOLVE}failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.example.com/token?scope=x: 401 Unauthorized`,
    `${RESOLVE}failed to authorize: failed to fetch oauth token: authorization server did not include a token in the response`,
    'Error response from daemon: Head "https://123456789012.dkr.ecr.eu-central-1.amazonaws.com/v2/web/manifests/1.4": no basic auth credentials',
    'reading manifest 1.4 in registry.example.com/shop/web: errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required',
    'reading manifest 1.4 in quay.io/shop/web: unauthorized: access to the requested resource is not authorized',
    'unable to retrieve auth token: invalid username/password: unauthorized: incorrect username or password',
    'denied: Your authorization token has expired. Reauthenticate and try again.',
    'denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/p/locations/eu/repositories/r" (or it may not exist)',
    'DENIED: Access Forbidden',
    'error getting credentials - err: exec: "docker-credential-ecr-login": executable file not found in $PATH, out: ``',
  ],
  unreachable: [
    `${REQUEST}dial tcp 10.1.1.1:443: i/o timeout`,
    `${REQUEST}dial tcp: lookup registry.example.com on 10.96.0.10:53: no such host`,
    `${REQUEST}dial tcp: lookup registry.example.com: Temporary failure in name resolution`,
    `${REQUEST}dial tcp 127.0.0.1:1: connect: connection refused`,
    `${REQUEST}dial tcp 10.1.1.1:443: connect: no route to host`,
    `${REQUEST}net/http: TLS handshake timeout`,
    `${REQUEST}net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)`,
    `${REQUEST}tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    `${REQUEST}remote error: tls: internal error`,
    `${REQUEST}http: server gave HTTP response to HTTPS client`,
    `${REQUEST}EOF`,
    `${REQUEST}read tcp 10.0.0.5:51234->10.1.1.1:443: read: connection reset by peer`,
    `${REQUEST}proxyconnect tcp: dial tcp 10.9.9.9:3128: connect: connection refused`,
    `${REQUEST}Proxy Authentication Required`,
    `${RESOLVE}pulling from host registry.example.com failed with status code [manifests 1.4]: 429 Too Many Requests`,
    `${RESOLVE}unexpected status code [manifests 1.4]: 503 Service Unavailable`,
    `${RESOLVE}unexpected status from HEAD request to https://registry.example.com/v2/shop/web/manifests/1.4: 500 Internal Server Error`,
    'toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
    'pull QPS exceeded',
    'context deadline exceeded',
    'RegistryUnavailable: connection pool is empty',
    `${RESOLVE}failed to authorize: failed to fetch anonymous token: Get "https://auth.docker.io/token?scope=repository%3Ax": dial tcp: lookup auth.docker.io on 10.96.0.10:53: no such host`,
    `failed to pull image "${IMAGE}": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://cdn.example.com/layer": dial tcp 10.2.2.2:443: i/o timeout`,
  ],
  other: [
    '',
    'something nobody has ever said',
    'failed to extract layer sha256:5f70bf18a0: write /var/lib/containerd/tmp: no space left on device: unknown',
    'failed to get reader from content store: content digest sha256:5f70bf18a0: not found',
    'mkdir /var/lib/containerd/io.containerd.content.v1.content/ingest/1: permission denied',
  ],
};

const CASES = Object.entries(MESSAGES).flatMap(([failure, messages]) =>
  messages.map((message) => [failure as PullFailure, message] as const),
);

describe('classifyPull', () => {
  it.each(CASES)('%s: %s', (failure, message) => {
    expect(classifyPull(message, IMAGE).failure).toBe(failure);
  });

  it.each(CASES)('%s in capitals: %s', (failure, message) => {
    const upper = message.replaceAll(IMAGE, '').toUpperCase();
    expect(classifyPull(upper, '').failure).toBe(classifyPull(message.replaceAll(IMAGE, ''), '').failure);
    expect(classifyPull(upper, '').failure).toBe(failure);
  });

  const MISLEADING = [
    'registry.example.com/unauthorized/denied:not-found',
    'busybox:connection-refused',
    'registry.example.com:5000/i/o:timeout',
    '401:403',
    'forbidden@sha256:0000000000000000000000000000000000000000000000000000000000000404',
  ];
  it.each(MISLEADING)('is not misled by the name %s', (image) => {
    const resolve = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": `;
    expect(classifyPull(`${resolve}${image}: not found`, image).failure).toBe('not found');
    expect(classifyPull(`${resolve}dial tcp 10.1.1.1:443: i/o timeout`, image).failure).toBe('unreachable');
    expect(classifyPull(`${resolve}401 Unauthorized`, image).failure).toBe('unauthorised');
  });

  it('answers for any text, with words that fit into the sentence', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (message, image) => {
        const { failure, because } = classifyPull(message, image);
        expect(Object.keys(MESSAGES)).toContain(failure);
        expect(because).toMatch(/^[a-z].*[^.]$/);
      }),
    );
  });

  it('takes no longer than its text for a text made to be slow', () => {
    const slow = [
      `${'"\\'.repeat(20_000)}x`,
      `(mirrors also failed: ${'[]) '.repeat(20_000)}`,
      'a/'.repeat(40_000),
    ];
    for (const text of slow) expect(classifyPull(text, 'a/b:c').because).not.toBe('');
  });
});

describe('registryOf', () => {
  it.each([
    ['busybox', 'docker.io'],
    ['library/busybox:1', 'docker.io'],
    ['quay.io/a/b:1', 'quay.io'],
    ['localhost/a', 'localhost'],
    ['127.0.0.1:5000/a/b', '127.0.0.1:5000'],
    ['busybox:5000', 'docker.io'],
    ['', 'docker.io'],
  ])('%s comes from %s', (image, host) => {
    expect(registryOf(image)).toBe(host);
  });
});
