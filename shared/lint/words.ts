/** What each rule of hygiene says: its title, why it matters, and what to do. */
import type { LintRule } from '../model/lint.ts';

export interface LintWords {
  readonly title: string;
  readonly why: string;
  readonly advice: string;
}

/** By rule; catalogue: `lint/hygiene`. */
export const LINT_WORDS: Readonly<Record<LintRule, LintWords>> = {
  privileged: {
    title: 'Privileged container',
    why: 'It has every right on its node, as if it ran outside of a container.',
    advice: 'Take securityContext.privileged out and add the single capabilities that it needs.',
  },
  'wildcard-role': {
    title: 'Wildcard in a bound role',
    why: 'It allows more than anybody thought of, kinds that are yet to come included.',
    advice: 'Name the verbs and resources that are used.',
  },
  'default-account': {
    title: 'Runs as the account default',
    why: 'Whatever is granted to the account for one workload is granted to every workload of the namespace.',
    advice: 'Give it a ServiceAccount of its own, or set automountServiceAccountToken: false.',
  },
  'no-security-context': {
    title: 'No security context',
    why: 'It runs as the user of its image, often root, and may raise its rights.',
    advice: 'Set runAsNonRoot, allowPrivilegeEscalation: false and drop the capabilities.',
  },
  'floating-image': {
    title: 'Image without a fixed tag',
    why: 'Two pods of it may run different programs, and a rollback brings nothing back.',
    advice: 'Name a version or a digest.',
  },
  'no-requests': {
    title: 'No requests',
    why: 'The scheduler counts it as nothing, and it is the first to be evicted.',
    advice: 'Request the CPU and memory it usually takes.',
  },
  'no-limits': {
    title: 'No memory limit',
    why: 'A leak in it takes memory from everything else on the node.',
    advice: 'Set a memory limit above what it takes at most.',
  },
  'no-probes': {
    title: 'No probes',
    why: 'It gets traffic as soon as it is started, and goes on getting it when it hangs.',
    advice: 'Add a readiness probe; a liveness probe only where a restart helps.',
  },
  'configmap-large': {
    title: 'ConfigMap near its limit',
    why: 'The API server takes at most 1 MiB of values; the next change may be refused.',
    advice: 'Split it, or put the data into a volume.',
  },
  'configmap-empty': {
    title: 'Empty ConfigMap',
    why: 'It holds nothing.',
    advice: 'Delete it, or fill it.',
  },
  'configmap-unused': {
    title: 'ConfigMap that nothing names',
    why: 'No pod and no workload there names it; a CronJob, or a program that reads it through the API, still may.',
    advice: 'Delete it if nothing else reads it.',
  },
};
