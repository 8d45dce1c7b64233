/** Why the API server forbids a pod something: what its ServiceAccount is bound to, and what is wrong with that. */
import { record } from '../cluster/narrow.ts';
import { refOf } from '../cluster/refs.ts';
import type { ClusterView } from '../cluster/view.ts';
import type { Evidence } from '../model/finding.ts';
import type { Pod } from '../model/kube.ts';
import type { Ref } from '../model/ref.ts';
import { formatRef } from '../model/ref.ts';
import { accessOf, isAccessKnown, judgeWanted, newestOf, othersWhoMay } from './account-access.ts';
import { accountEvidence, accountOf, nameAccount, type DenialCause } from './denial-cause.ts';
import { manifestFor } from './denial-manifest.ts';
import { nameWanted, type Denial, type Wanted } from './denials.ts';
import { DEFAULT_ACCOUNT } from './rbac-objects.ts';
import { clean, enumerate } from './words.ts';

const NAMED = 3;

/** @param denials of one log, all of the account of the first, which is the one that is quoted */
export function explainForbidden(
  denials: readonly Denial[],
  denial: Denial,
  pod: Pod,
  cluster: ClusterView,
): DenialCause {
  const own = accountOf(pod);
  const account = denial.account ?? own;
  const whom = nameAccount(account);
  const evidence = [accountEvidence(pod)];
  const grant = `Bind a role that allows it to ${whom}.`;
  const plain = { advice: grant, confidence: 'high' as const, blames: [], evidence };
  if (account.namespace !== own.namespace || account.name !== own.name) {
    const cause = `The server knows it as ${whom}, but the pod runs as ${nameAccount(own)}: it signs in with a token or kubeconfig of its own.`;
    return {
      ...plain,
      cause,
      advice: `Look at where the program takes its token from; or bind a role to ${whom}.`,
    };
  }
  const refused = denials.filter((one) => one.wanted !== undefined);
  const { wanted } = denial;
  if (wanted === undefined) return { ...plain, cause: `${whom} may not do what the program asks for.` };
  const manifest = manifestFor(account, refused);
  const offer = manifest === undefined ? plain : { ...plain, manifest };
  if (!isAccessKnown(wanted.namespace ?? account.namespace, cluster))
    return { ...offer, cause: `No role bound to ${whom} allows it. Which it is bound to was not read.` };
  const { grants, own: bindings, says, dangling } = accessOf(account, cluster);
  const verdict = judgeWanted(grants, wanted);
  if (verdict.reach === 'allowed') return allowedByNow(plain, whom, wanted, verdict.says, newestOf(bindings));
  const [broken] = dangling;
  if (broken !== undefined) {
    const { binding, role } = broken;
    const names = dangling.map((one) => clean(formatRef(refOf(one.binding)), 200));
    return {
      ...plain,
      cause: `${enumerate(names, NAMED)} ${names.length === 1 ? 'grants' : 'grant'} it ${clean(formatRef(role), 200)}, which does not exist, and so nothing.`,
      advice: `Create ${clean(formatRef(role), 200)}; the pod may do what it allows at once.`,
      blames: [refOf(binding), role],
      evidence: [
        ...evidence,
        {
          ref: refOf(binding),
          path: 'roleRef.name',
          observed: clean(role.name),
          why: 'The role that does not exist.',
        },
      ],
    };
  }
  const held =
    bindings.length === 0
      ? `No binding names ${whom}, so it may only what every account may.`
      : `It is bound to ${enumerate(says, NAMED)}, which does not allow it.`;
  const bound: Evidence[] = bindings.slice(0, NAMED).map((binding) => ({
    ref: refOf(binding),
    path: 'roleRef',
    observed: `${clean(record(binding.roleRef).kind, 40)} ${clean(record(binding.roleRef).name)}`,
    why: 'Binds the account, and does not allow this.',
  }));
  const others =
    bindings.length === 0 || account.name === DEFAULT_ACCOUNT ? othersWhoMay(account, wanted, cluster) : [];
  if (others.length > 0) {
    const names = enumerate(
      others.map((name) => `ServiceAccount ${clean(name)}`),
      NAMED,
    );
    return {
      ...plain,
      cause: `${held} ${names} in the same namespace may: the pod probably runs as the wrong account.`,
      advice: `Set spec.serviceAccountName of the pod template to ${clean(others[0])}, or bind a role to ${whom}.`,
      evidence: [...evidence, ...bound],
    };
  }
  const elsewhere = judgeWanted(grants, { ...wanted, namespace: undefined });
  const only =
    elsewhere.reach === 'partly' ? ` It may elsewhere: ${lowerFirst(clean(elsewhere.says, 240))}.` : '';
  return {
    ...offer,
    cause: `${held}${only}`,
    evidence: [...evidence, ...bound],
  };
}

/** The log is older than the role: nothing is to be done but to wait. */
function allowedByNow(
  plain: Omit<DenialCause, 'cause'>,
  whom: string,
  wanted: Wanted,
  says: string,
  newest: { readonly ref: Ref; readonly created: string } | undefined,
): DenialCause {
  const evidence: Evidence[] =
    newest === undefined
      ? []
      : [
          {
            ref: newest.ref,
            path: 'metadata.creationTimestamp',
            observed: clean(newest.created, 40),
            why: 'The newest binding of the account.',
          },
        ];
  return {
    ...plain,
    cause: `By now ${whom} may ${nameWanted(wanted)} (${clean(says, 240)}): its rights were changed after this line.`,
    advice: 'Wait for the next try of the program, or delete the pod so that it starts anew.',
    severity: 'medium',
    confidence: 'medium',
    evidence: [...plain.evidence, ...evidence],
  };
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
