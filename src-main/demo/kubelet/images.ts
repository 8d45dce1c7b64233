/** The registries of the demo: which images exist, and what a pull of any image gives. */
import { createHash } from 'node:crypto';
import { parseImage, type ImageReference } from './image-reference.ts';
import type { ImageRow } from './image-row.ts';
import { PUBLIC_IMAGES } from './public-images.ts';

/** Registries that answer, beside the hosts of the rows. */
const KNOWN_HOSTS = new Set([
  'docker.io',
  'registry.k8s.io',
  'quay.io',
  'ghcr.io',
  'gcr.io',
  'public.ecr.aws',
  'mcr.microsoft.com',
]);

/** Images that each node holds from its installation; their registry does not exist. */
const PRELOADED_HOST = 'hedgerow.test';

export interface FoundImage {
  readonly row: ImageRow;
  readonly reference: ImageReference;
  readonly imageID: string;
  readonly sizeBytes: number;
}

/** What a pull gives: the image, or the runtime's error; `code` is the gRPC code that the message names. */
export type PullResult = { readonly image: FoundImage } | { readonly error: string };

/** User name and password for a registry's host, from the pod's pull secrets. */
export type Credentials = (host: string) => readonly { username: string; password: string }[];

export interface Images {
  /** Pulls, or says why not. `nameserver` is the node's, as the error names it. */
  pull(image: string, credentials: Credentials, nameserver: string): PullResult;
  /** An image that the nodes hold from the beginning. */
  preloaded(image: string): FoundImage | undefined;
}

function fits(tag: string, pattern: string | RegExp): boolean {
  if (pattern instanceof RegExp) return new RegExp(`^(?:${pattern.source})$`).test(tag);
  if (!pattern.includes('*')) return pattern === tag;
  const source = pattern.split('*').map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`).test(tag);
}

function explain(full: string, why: string): string {
  return `failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${why}`;
}

/** The images of the rows; the first row of a repository whose tags fit is taken. */
export function createImages(rows: readonly ImageRow[]): Images {
  const byRepository = new Map<string, ImageRow[]>();
  const hosts = new Set(KNOWN_HOSTS);
  for (const row of [...rows, ...PUBLIC_IMAGES]) {
    byRepository.set(row.repository, [...(byRepository.get(row.repository) ?? []), row]);
    const host = row.repository.slice(0, row.repository.indexOf('/'));
    if (host !== PRELOADED_HOST) hosts.add(host);
  }
  const found = new Map<string, FoundImage>();

  function find(reference: ImageReference): FoundImage | undefined {
    const known = found.get(reference.full);
    if (known !== undefined) return known;
    const row = byRepository
      .get(reference.repository)
      ?.find(({ tags }) => reference.digest !== undefined || tags.some((tag) => fits(reference.tag, tag)));
    if (row === undefined) return undefined;
    const digest = createHash('sha256').update(reference.full).digest('hex');
    const isPreloaded = reference.host === PRELOADED_HOST;
    const image = {
      row,
      reference,
      imageID: isPreloaded ? `sha256:${digest}` : `${reference.repository}@sha256:${digest}`,
      sizeBytes:
        Math.round((row.sizeMiB ?? 30) * 1_048_576) + (Number.parseInt(digest.slice(0, 4), 16) % 65_536),
    };
    found.set(reference.full, image);
    return image;
  }

  function refuse(reference: ImageReference, nameserver: string): string {
    const { host, path, full } = reference;
    const url = `https://${host}/v2/${path}/manifests/${reference.digest ?? reference.tag}`;
    if (/^(?:127\.|localhost)/.test(host)) {
      const plain = url.replace('https:', 'http:');
      return explain(
        full,
        `failed to do request: Head "${plain}": dial tcp ${host}: connect: connection refused`,
      );
    }
    if (!hosts.has(host)) {
      const [name = host] = host.split(':');
      const dial = /^[\d.]+$/.test(name)
        ? `dial tcp ${host.includes(':') ? host : `${host}:443`}: i/o timeout`
        : `dial tcp: lookup ${name} on ${nameserver}:53: no such host`;
      return explain(full, `failed to do request: Head "${url}": ${dial}`);
    }
    return `rpc error: code = NotFound desc = ${explain(full, `${full}: not found`)}`;
  }

  return {
    pull(image, credentials, nameserver) {
      const reference = parseImage(image);
      if ('invalid' in reference) return { error: reference.invalid };
      const wanted = byRepository.get(reference.repository)?.find((row) => row.credentials !== undefined);
      if (wanted?.credentials !== undefined) {
        const { username, password } = wanted.credentials;
        const offered = credentials(reference.host);
        if (offered.length === 0) {
          const why = `failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://${reference.host}/token?scope=repository%3A${encodeURIComponent(reference.path)}%3Apull&service=${reference.host}: 401 Unauthorized`;
          return { error: explain(reference.full, why) };
        }
        if (!offered.some((one) => one.username === username && one.password === password)) {
          const why = `failed to authorize: failed to fetch oauth token: unexpected status from POST request to https://${reference.host}/token: 401 Unauthorized`;
          return { error: explain(reference.full, why) };
        }
      }
      const result = find(reference);
      if (result === undefined || reference.host === PRELOADED_HOST) {
        return { error: refuse(reference, nameserver) };
      }
      return { image: result };
    },
    preloaded(image) {
      const reference = parseImage(image);
      return 'invalid' in reference || reference.host !== PRELOADED_HOST ? undefined : find(reference);
    },
  };
}
