/** Asks after a plan whether what it was to allow is allowed; the server's authorizer learns of new roles a moment later. */
import { setTimeout as pause } from 'node:timers/promises';
import type { AccessQuestion } from '../../shared/rbac/rules.ts';
import { spotCheck } from '../access/spot-checks.ts';
import type { KubeClient } from '../kube/contract.ts';

/** Pauses between rounds, ms: five seconds in all. */
const ROUNDS = [100, 200, 400, 800, 1500, 2000];

export interface Verified {
  readonly question: AccessQuestion;
  readonly allowed: boolean;
}

/** One result per question, in their order; what could not be asked counts as not allowed. */
export async function verifyAccess(
  client: KubeClient,
  questions: readonly AccessQuestion[],
): Promise<Verified[]> {
  const allowed = new Set<AccessQuestion>();
  for (const wait of [0, ...ROUNDS]) {
    await pause(wait);
    const open = questions.filter((question) => !allowed.has(question));
    if (open.length === 0) break;
    for (const { question, answer } of await spotCheck(client, open))
      if (answer?.allowed === true) allowed.add(question);
  }
  return questions.map((question) => ({ question, allowed: allowed.has(question) }));
}
