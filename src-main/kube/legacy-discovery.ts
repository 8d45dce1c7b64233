/** Discovery for servers before 1.27, which answer one group and version at a time. */
import { AppFailure } from '../../shared/errors.ts';
import type { KubeClient } from './contract.ts';
import { staleGroup } from './discovered.ts';
import type { Found, FoundKind } from './discovered.ts';
import { isFields, listOf, textOf, textsOf } from './json.ts';

interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** All versions that an APIVersions (/api) or APIGroupList (/apis) names, the preferred one of each group first. */
function readVersions(root: '/api' | '/apis', answer: unknown): GroupVersion[] {
  if (!isFields(answer)) return [];
  if (root === '/api') return textsOf(answer.versions).map((version) => ({ group: '', version }));
  return listOf(answer.groups).flatMap((each) => {
    if (!isFields(each)) return [];
    const group = textOf(each.name);
    const first = isFields(each.preferredVersion) ? textOf(each.preferredVersion.version) : '';
    const versions = listOf(each.versions).map((version) =>
      isFields(version) ? textOf(version.version) : '',
    );
    return [...new Set([first, ...versions])]
      .filter((version) => version !== '')
      .map((version) => ({ group, version }));
  });
}

function readKinds({ group, version }: GroupVersion, answer: unknown): FoundKind[] {
  if (!isFields(answer)) return [];
  return listOf(answer.resources).flatMap((each) => {
    if (!isFields(each) || typeof each.name !== 'string') return [];
    return [
      {
        group,
        version,
        resource: each.name,
        kind: textOf(each.kind),
        namespaced: each.namespaced === true,
        verbs: textsOf(each.verbs),
        shortNames: textsOf(each.shortNames),
      },
    ];
  });
}

/** `answer` is what `root` gave. A group that cannot be read becomes a problem, the others are complete. */
export async function discoverLegacy(
  client: KubeClient,
  root: '/api' | '/apis',
  answer: unknown,
  signal: AbortSignal | undefined,
): Promise<Found> {
  const versions = readVersions(root, answer);
  const found = await Promise.all(
    versions.map(async (each): Promise<Found> => {
      const path = [root, ...(each.group === '' ? [] : [each.group]), each.version].map(encodePart).join('/');
      try {
        return {
          kinds: readKinds(each, await client.getJson<unknown>(path, { ...(signal && { signal }) })),
          problems: [],
        };
      } catch (cause) {
        const answered =
          cause instanceof AppFailure && cause.error.status !== undefined && cause.error.status !== 401;
        if (!answered) throw cause;
        return { kinds: [], problems: [staleGroup(client, each.group, each.version)] };
      }
    }),
  );
  return { kinds: found.flatMap((each) => each.kinds), problems: found.flatMap((each) => each.problems) };
}

const encodePart = (part: string, index: number): string => (index === 0 ? part : encodeURIComponent(part));
