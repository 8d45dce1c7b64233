/** One step taken: tried once more, done once, and looked at where no answer came. */
import type { AppError } from '../../shared/errors.ts';
import type { CreateStep, PlanRun, TokenStep } from '../../shared/model/plan.ts';
import type { Ref } from '../../shared/model/ref.ts';
import { formatRef } from '../../shared/model/ref.ts';
import { routeWriteError } from '../../shared/recovery/route-write-error.ts';
import { isSameObject } from '../../shared/recovery/same-object.ts';
import type { KubeClient } from '../kube/contract.ts';
import { refOfStep } from './prepare-step.ts';
import { createObject, readObject, requestToken, type IssuedToken } from './write-object.ts';

export interface Taken {
  readonly ref: Ref;
  readonly state: PlanRun['steps'][number]['state'];
  readonly says: string;
  /** True where a request that writes was sent. */
  readonly sent: boolean;
  readonly token?: IssuedToken;
}

const failed = (ref: Ref, error: AppError, sent: boolean): Taken => {
  const { says, next } = routeWriteError(error);
  return { ref, state: 'failed', says: `${says} ${next}`, sent };
};

/** No answer came: the object itself tells whether the request arrived. One that is still on its way cannot be ruled out. */
async function lookAfter(client: KubeClient, step: CreateStep, says: string): Promise<Taken> {
  const ref = refOfStep(step);
  const found = await readObject(client, step);
  if ('error' in found) return { ref, state: 'unknown', says, sent: true };
  if (found.value === undefined)
    return { ref, state: 'unknown', says: `${says} ${formatRef(ref)} is not there now.`, sent: true };
  const { uid } = found.value.metadata;
  const known = { ...ref, ...(uid !== undefined && { uid }) };
  return isSameObject(step.object, found.value)
    ? {
        ref: known,
        state: 'done',
        says: `No answer came, but ${formatRef(ref)} is there as planned.`,
        sent: true,
      }
    : {
        ref: known,
        state: 'failed',
        says: `No answer came, and ${formatRef(ref)} is there but different.`,
        sent: true,
      };
}

/** Somebody was faster: equal is as good as done. */
async function compareRival(
  client: KubeClient,
  step: CreateStep,
  error: AppError,
  sent: boolean,
): Promise<Taken> {
  const ref = refOfStep(step);
  const found = await readObject(client, step);
  if (!('value' in found) || found.value === undefined) return failed(ref, error, sent);
  return isSameObject(step.object, found.value)
    ? {
        ref,
        state: 'same',
        says: `${formatRef(ref)} was created by somebody else meanwhile, as it should be.`,
        sent,
      }
    : {
        ref,
        state: 'failed',
        says: `${formatRef(ref)} was created by somebody else meanwhile, and is different. Nothing was overwritten.`,
        sent,
      };
}

/** Creates an object, after the server tried it once more: what came before may have been missing when it was shown. */
export async function takeCreateStep(client: KubeClient, step: CreateStep): Promise<Taken> {
  const ref = refOfStep(step);
  const tried = await createObject(client, step, true);
  if ('error' in tried) {
    const isThere = routeWriteError(tried.error).failure === 'exists';
    return isThere ? compareRival(client, step, tried.error, false) : failed(ref, tried.error, false);
  }
  const created = await createObject(client, step, false);
  if ('value' in created) {
    const { uid } = created.value.metadata;
    return {
      ref: { ...ref, ...(uid !== undefined && { uid }) },
      state: 'done',
      says: step.expects,
      sent: true,
    };
  }
  const { failure, written, says, next } = routeWriteError(created.error);
  if (written === 'unknown') return lookAfter(client, step, `${says} ${next}`);
  if (failure === 'exists') return compareRival(client, step, created.error, true);
  return failed(ref, created.error, true);
}

/** Fetches a token. A lost one cannot be looked up; it ends by itself. */
export async function takeTokenStep(client: KubeClient, step: TokenStep): Promise<Taken> {
  const ref = refOfStep(step);
  const issued = await requestToken(client, step);
  if ('value' in issued) return { ref, state: 'done', says: step.expects, sent: true, token: issued.value };
  const { written, says, next } = routeWriteError(issued.error);
  if (written === 'no') return { ref, state: 'failed', says: `${says} ${next}`, sent: true };
  const lost =
    'No answer came. If a token was issued nobody has it, and it ends by itself: run the plan again.';
  return { ref, state: 'unknown', says: lost, sent: true };
}
