/** conn/cluster-identity-changed: another cluster answers behind a context than the one that was recorded. */
import type { ClusterIdentity, IdentityState } from '../model/connection.ts';
import type { Finding } from '../model/finding.ts';
import { clean } from '../scenarios/words.ts';
import { fabricFinding } from './make-finding.ts';
import { formatInstant } from './words.ts';

const FIELDS: readonly (readonly [
  path: string,
  of: (identity: ClusterIdentity) => string | undefined,
  why: string,
])[] = [
  ['identity.uid', ({ uid }) => uid, 'The uid of namespace kube-system, which a cluster keeps for life.'],
  ['identity.caSha256', ({ caSha256 }) => caSha256, 'The authority of the server.'],
  ['identity.version', ({ version }) => version, 'What runs there.'],
  ['identity.firstSeen', ({ firstSeen }) => formatInstant(firstSeen), 'When each was seen first.'],
];

/** The finding where the recorded and the present identity differ; undefined else, and where one is not known. */
export function identityChanged(fabric: string, identity: IdentityState): Finding | undefined {
  const { state, pinned, seen } = identity;
  if (state !== 'changed' || pinned === undefined || seen === undefined) return undefined;
  const sameUid = pinned.uid === seen.uid;
  return fabricFinding(fabric, {
    scenario: 'conn/cluster-identity-changed',
    severity: 'high',
    summary: sameUid
      ? `Fabric ${fabric} shows another server authority than the one recorded ${formatInstant(pinned.firstSeen)}`
      : `Fabric ${fabric} is another cluster than the one recorded ${formatInstant(pinned.firstSeen)}`,
    cause: sameUid
      ? 'The uid of namespace kube-system is the same and the authority differs: it was replaced, or something answers in its place.'
      : 'The uid of namespace kube-system differs: the cluster was rebuilt behind the same address, the kubeconfig was edited, or the name leads elsewhere.',
    advice:
      'Compare the two identities, and acknowledge the new one in the connection view if the change was meant: until then nothing is written.',
    since: seen.firstSeen,
    evidence: FIELDS.flatMap(([path, of, why]) => {
      const [before, now] = [of(pinned), of(seen)].map((text) => clean(text, 120) || 'unknown');
      return before === now ? [] : [{ path, observed: `${before ?? ''} before, ${now ?? ''} now`, why }];
    }),
  });
}
