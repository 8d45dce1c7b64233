/** rbac/workload-denied: a program in a pod is refused by the Kubernetes API, and fails or is not ready for it. */
import { refOf } from '../../cluster/refs.ts';
import { parseTime } from '../../cluster/times.ts';
import type { ClusterView } from '../../cluster/view.ts';
import type { Diagnosis, LogExcerpt } from '../../model/finding.ts';
import type { Pod } from '../../model/kube.ts';
import type { Instant } from '../../model/ref.ts';
import { defineScenario } from '../../model/scenario.ts';
import { quotable } from '../crash-log.ts';
import { nameContainer } from '../containers.ts';
import { accountOf, nameAccount, type DenialCause } from '../denial-cause.ts';
import { explainForbidden } from '../denial-forbidden.ts';
import { explainToken, explainUnauthorised } from '../denial-token.ts';
import { nameWanted, readDenial, type Denial } from '../denials.ts';
import { logsToRead, type LogToRead } from '../failing-logs.ts';
import { nameObject } from '../words.ts';

/** A refusal in a log, with the line that tells it. */
interface Found {
  readonly index: number;
  readonly denial: Denial;
}

/**
 * Reads the logs of pods that crash, have failed or are not ready, and no others: a healthy pod costs nothing, whatever
 * its log says. Of a crash it is the log the crash loop quotes, so that nothing is fetched twice.
 */
export const workloadDenied = defineScenario<'Pod'>({
  id: 'rbac/workload-denied',
  title: 'Program refused by the Kubernetes API',
  subject: 'Pod',
  needs: [],
  mayRead: ['ServiceAccount', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'Event', 'Job'],
  diagnose(pod, cluster, now: Instant) {
    return logsToRead(pod, cluster, now).flatMap((log) => {
      const answer = cluster.logOf(pod, log.container.name, log.previous);
      return answer.state === 'ready' ? diagnoseLog(pod, log, answer.excerpt, cluster) : [];
    });
  },
});

function diagnoseLog(pod: Pod, log: LogToRead, excerpt: LogExcerpt, cluster: ClusterView): Diagnosis[] {
  const found = excerpt.lines.flatMap(({ text }, index): Found[] => {
    const denial = readDenial(text);
    return denial === undefined ? [] : [{ index, denial }];
  });
  const first = found.find(({ index }) => index === excerpt.firstError) ?? found[0];
  if (first === undefined) return [];
  const { denial, index } = first;
  const account = denial.account ?? accountOf(pod);
  const alike = distinct([denial, ...found.map((one) => one.denial)], denial);
  const why = explain(alike, pod, cluster);
  const line = excerpt.lines[index];
  const said = line === undefined ? '' : quotable(line.text);
  const predicate = describe(alike, nameAccount(account));
  const since = parseTime(line?.time);
  const container = nameContainer(log.container);
  return [
    {
      part: log.container.name,
      severity: why.severity ?? 'high',
      summary: `${nameObject(pod)} is refused by the Kubernetes API: ${container} ${predicate}`,
      ofPods: `are refused by the Kubernetes API: ${container} ${predicate}`,
      same: `${denial.kind} ${account.namespace}/${account.name}`,
      cause: why.cause,
      advice: why.advice,
      evidence: [
        {
          ref: refOf(pod),
          path: 'log',
          observed: said,
          why: 'What the API server answered, by the log of the program.',
        },
        ...why.evidence,
      ],
      ...(since === undefined ? {} : { since }),
      confidence: why.confidence,
      ...(why.blames.length === 0 ? {} : { blames: why.blames }),
      ...(why.manifest === undefined ? {} : { manifest: why.manifest }),
      log: { ...excerpt, firstError: index },
      terminal: log.ended,
    },
  ];
}

function explain(denials: readonly Denial[], pod: Pod, cluster: ClusterView): DenialCause {
  const [quoted] = denials;
  if (quoted?.kind === 'forbidden') return explainForbidden(denials, quoted, pod, cluster);
  return quoted?.kind === 'unauthorised'
    ? explainUnauthorised(pod, cluster)
    : explainToken(quoted?.kind === 'token unreadable', pod, cluster);
}

/** The refusals of the same kind and account that differ in what was wanted, the quoted one first. */
function distinct(denials: readonly Denial[], quoted: Denial): Denial[] {
  const alike = denials.filter(
    ({ kind, account }) =>
      kind === quoted.kind &&
      account?.namespace === quoted.account?.namespace &&
      account?.name === quoted.account?.name,
  );
  return [...new Map(alike.map((denial) => [JSON.stringify(denial.wanted ?? null), denial])).values()];
}

function describe(denials: readonly Denial[], whom: string): string {
  const [denial] = denials;
  if (denial?.kind === 'unauthorised') return `sends a token of ${whom} that is not accepted`;
  if (denial?.kind === 'token unreadable') return 'may not read its token';
  if (denial?.kind === 'no token') return 'has no token';
  const wanted = denials.flatMap((one) => (one.wanted === undefined ? [] : [nameWanted(one.wanted)]));
  const [main] = wanted;
  if (main === undefined) return `asks for what ${whom} may not do`;
  const more = wanted.length - 1;
  return `may not ${main} as ${whom}${more === 0 ? '' : ` (and ${more} more)`}`;
}
