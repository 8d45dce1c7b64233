/** One step before it is taken: may we, is it there already, who owns it, and what would the server store. */
import type { KubeObject } from '../../shared/model/kube.ts';
import type { CreateStep, PreparedStep, Step, TokenStep } from '../../shared/model/plan.ts';
import type { Ref } from '../../shared/model/ref.ts';
import { formatRef } from '../../shared/model/ref.ts';
import { ownerOf } from '../../shared/recovery/owner.ts';
import { routeWriteError } from '../../shared/recovery/route-write-error.ts';
import { isSameObject, withoutServerFields } from '../../shared/recovery/same-object.ts';
import { clean } from '../../shared/scenarios/words.ts';
import { askAccess } from '../kube/access.ts';
import type { KubeClient } from '../kube/contract.ts';
import { maskSecret } from '../store/mask.ts';
import { toYaml } from '../store/object-yaml.ts';
import { createObject, pathOf, readObject } from './write-object.ts';

/** What of an object may be shown. */
const show = (object: KubeObject): string => toYaml(maskSecret(withoutServerFields(object)).object);

export function refOfStep(step: Step): Ref {
  if (step.do === 'token') {
    const { namespace, serviceAccount: name } = step;
    return { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', namespace, name };
  }
  const { apiVersion, kind, metadata } = step.object;
  const { namespace, name } = metadata;
  return { apiVersion, kind, ...(namespace !== undefined && { namespace }), name };
}

async function mayTake(client: KubeClient, step: Step): Promise<PreparedStep['access']> {
  const question =
    step.do === 'token'
      ? {
          verb: 'create',
          group: '',
          resource: 'serviceaccounts',
          subresource: 'token',
          namespace: step.namespace,
          name: step.serviceAccount,
        }
      : {
          verb: 'create',
          group: step.resource.group,
          resource: step.resource.resource,
          namespace: step.object.metadata.namespace,
        };
  const { allowed, reason } = await askAccess(client, question);
  const words = clean(reason, 200);
  if (allowed) return { allowed, says: words === '' ? 'The server allows it.' : words };
  return { allowed, says: `You may not create ${question.resource}${words === '' ? '' : `: ${words}`}.` };
}

/** The object of an earlier step without which the server cannot even try this one. */
function waitsFor(step: Step, earlier: readonly CreateStep[]): CreateStep | undefined {
  const namespace = step.do === 'token' ? step.namespace : step.object.metadata.namespace;
  const home = earlier.find(
    ({ object }) => object.kind === 'Namespace' && object.metadata.name === namespace,
  );
  if (home !== undefined || step.do === 'create') return home;
  return earlier.find(
    ({ object }) => object.kind === 'ServiceAccount' && object.metadata.name === step.serviceAccount,
  );
}

type Outcome = Pick<PreparedStep, 'state' | 'before' | 'after' | 'says'>;

function compare(step: CreateStep, there: KubeObject): Outcome {
  const owner = ownerOf(there);
  const [before, after] = [show(there), show(step.object)];
  const name = formatRef(refOfStep(step));
  const owned = owner === undefined ? '' : ` ${owner} keeps it as it is.`;
  if (there.metadata.deletionTimestamp !== undefined)
    return { state: 'refused', before, after, says: `${name} is being deleted: wait until it is gone.` };
  if (isSameObject(step.object, there))
    return {
      state: 'same',
      before,
      after: before,
      says: `${name} is there already, as it should be.${owned}`,
    };
  const next =
    owner === undefined
      ? 'Nothing is overwritten: look at the difference, then edit or delete what is there.'
      : `Make the change there: what is edited here would be set back.`;
  return { state: 'differs', before, after, says: `${name} is there and different.${owned} ${next}` };
}

async function tryStep(
  client: KubeClient,
  step: CreateStep,
  earlier: readonly CreateStep[],
  access: PreparedStep['access'],
): Promise<Outcome> {
  const wanted = show(step.object);
  const home = waitsFor(step, earlier);
  if (home !== undefined) {
    const says = `The server can try it only once ${formatRef(refOfStep(home))} is there; it is tried again then, before it is done.`;
    return { state: 'create', before: '', after: wanted, says };
  }
  const found = await readObject(client, step);
  if ('value' in found && found.value !== undefined) return compare(step, found.value);
  if (!access.allowed) return { state: 'refused', before: '', after: wanted, says: access.says };
  const tried = await createObject(client, step, true);
  if ('value' in tried)
    return { state: 'create', before: '', after: show(tried.value), says: 'The server would store it so.' };
  const { failure, says, next } = routeWriteError(tried.error);
  // A binding needs its role, which an earlier step creates.
  if (failure === 'object-missing' && earlier.length > 0)
    return {
      state: 'create',
      before: '',
      after: wanted,
      says: 'The server can try it only once the steps before it are done.',
    };
  return { state: 'refused', before: '', after: wanted, says: `${says} ${next}` };
}

function tryToken(step: TokenStep): Outcome {
  const { namespace, serviceAccount: name, seconds } = step;
  const after = show({
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { name, namespace },
    spec: { expirationSeconds: seconds },
  });
  const says = 'This is not tried beforehand: the server would issue a real token.';
  return { state: 'create', before: '', after, says };
}

/**
 * Asks the server about one step; nothing is written. `earlier` are the steps before it that create something which is
 * not there yet. Throws `AppFailure` where the questions themselves fail.
 */
export async function prepareStep(
  client: KubeClient,
  step: Step,
  earlier: readonly CreateStep[],
): Promise<PreparedStep> {
  const access = await mayTake(client, step);
  const query = step.do === 'create' ? '?dryRun=All&fieldManager=hedgerow' : '';
  const outcome = step.do === 'token' ? tryToken(step) : await tryStep(client, step, earlier, access);
  const refused = !access.allowed && outcome.state === 'create';
  return {
    ref: refOfStep(step),
    request: `POST ${pathOf(step)}${query}`,
    access,
    ...outcome,
    ...(refused && { state: 'refused' as const, says: access.says }),
  };
}
