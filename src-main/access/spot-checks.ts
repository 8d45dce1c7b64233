/** Asks many access reviews, a few at a time: a hundred at once would be throttled. */
import { AppFailure, type AppError } from '../../shared/errors.ts';
import type { Caller } from '../../shared/rbac/grants.ts';
import type { AccessQuestion } from '../../shared/rbac/rules.ts';
import { askAccess, type AccessAnswer } from '../kube/access.ts';
import type { KubeClient } from '../kube/contract.ts';

const AT_ONCE = 6;

/** The answer to a question, or why there is none. */
export interface SpotCheck {
  readonly question: AccessQuestion;
  readonly answer: AccessAnswer | undefined;
  readonly error: AppError | undefined;
}

/** One result per question, in their order. Rejects only for faults of the program and on abort. */
export async function spotCheck(
  client: KubeClient,
  questions: readonly AccessQuestion[],
  signal?: AbortSignal,
  caller?: Caller,
): Promise<SpotCheck[]> {
  const results: SpotCheck[] = [];
  const queue = questions.entries();
  const work = async () => {
    for (const [index, question] of queue) {
      try {
        results[index] = {
          question,
          answer: await askAccess(client, question, signal, caller),
          error: undefined,
        };
      } catch (cause) {
        if (!(cause instanceof AppFailure) || cause.error.code === 'cancelled') throw cause;
        results[index] = { question, answer: undefined, error: cause.error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, questions.length) }, work));
  return results;
}
