/** The roles that somebody needs for a purpose, on what a server serves and refuses now. */
import { AppFailure } from '../../shared/errors.ts';
import type { WhoAmI } from '../../shared/model/connection.ts';
import type { RbacPurpose } from '../../shared/model/plan.ts';
import type { Scenario } from '../../shared/model/scenario.ts';
import { needsFor, questionsOfNeed, type Need, type ServedKind } from '../../shared/rbac/needs.ts';
import { roleManifests } from '../../shared/rbac/role-manifests.ts';
import type { Manifest } from '../../shared/rbac/write-yaml.ts';
import { whoAmI } from '../kube/access-who.ts';
import type { KubeClient } from '../kube/contract.ts';
import { discoverKinds } from '../kube/discovery.ts';
import { spotCheck } from './spot-checks.ts';

export interface RolesOptions {
  readonly client: KubeClient;
  readonly scenarios: readonly Scenario[];
  readonly purpose: RbacPurpose;
  readonly namespace: string | undefined;
  readonly signal?: AbortSignal;
}

export interface Roles {
  readonly who: WhoAmI;
  readonly needs: readonly Need[];
  readonly manifests: readonly Manifest[];
  /** Sentences on what the reader should know: what could not be asked, what the role adds nothing to. */
  readonly notes: readonly string[];
}

interface Served {
  readonly kinds: readonly ServedKind[] | undefined;
  readonly notes: readonly string[];
}

/** What the server serves; undefined, with a sentence, where it may not be asked. */
export async function askServed(client: KubeClient, signal?: AbortSignal): Promise<Served> {
  try {
    const { kinds, problems } = await discoverKinds(client, signal);
    return { kinds, notes: problems.map(({ message }) => message) };
  } catch (cause) {
    if (!(cause instanceof AppFailure) || cause.error.code !== 'forbidden') throw cause;
    const note = `The kinds that the server serves may not be asked for, so the role names all that Hedgerow reads: ${cause.error.message}`;
    return { kinds: undefined, notes: [note] };
  }
}

/** The needs that the server refuses now, verb by verb. Throws the first failure to ask. */
async function deniedNeeds(
  client: KubeClient,
  needs: readonly Need[],
  namespace: string | undefined,
  signal?: AbortSignal,
): Promise<Need[]> {
  const questions = needs.flatMap((need) => questionsOfNeed(need, namespace));
  const checks = await spotCheck(client, questions, signal);
  const failed = checks.find(({ error }) => error !== undefined)?.error;
  if (failed !== undefined) throw new AppFailure(failed);
  const denied = new Set(
    checks.flatMap(({ question, answer }) => (answer?.allowed === true ? [] : [question])),
  );
  const keys = new Set([...denied].map((question) => JSON.stringify(question)));
  return needs.flatMap((need) => {
    const verbs = need.verbs.filter((verb) =>
      questionsOfNeed({ ...need, verbs: [verb] }, namespace).some((each) => keys.has(JSON.stringify(each))),
    );
    return verbs.length === 0 ? [] : [{ ...need, verbs }];
  });
}

function anonymous(client: KubeClient): AppFailure {
  return new AppFailure({
    code: 'unauthorized',
    message: `API server ${client.server} of context ${client.fabric} saw no credentials: there is nobody to write a role for.`,
    hint: 'Check the user of this context: it needs a token, a client certificate or a credential command.',
    fabric: client.fabric,
    retryable: false,
    details: { server: client.server },
  });
}

/** Asks who we are, what is served and, for `denials`, what is refused; then writes the roles. Throws `AppFailure`. */
export async function makeRoles(options: RolesOptions): Promise<Roles> {
  const { client, scenarios, purpose, namespace, signal } = options;
  const [who, served] = await Promise.all([whoAmI(client, signal), askServed(client, signal)]);
  if (who.user === 'system:anonymous') throw anonymous(client);
  const notes = [...served.notes];
  // In one namespace the whole cluster is looked at only where a scenario must.
  const wanted = needsFor(purpose, scenarios, served.kinds).filter(
    ({ namespaced, scenarios: readers, names }) =>
      namespace === undefined || namespaced || readers.length > 0 || names.length > 0,
  );
  const needs = purpose === 'denials' ? await deniedNeeds(client, wanted, namespace, signal) : wanted;
  if (purpose === 'view' && served.kinds === undefined)
    notes.push('Without the list of served kinds the role covers the diagnosis alone.');
  if (who.groups.includes('system:masters'))
    notes.push(`${who.user} is in group system:masters, which may do everything: the role adds nothing.`);
  return { who, needs, manifests: roleManifests({ purpose, user: who.user, namespace, needs }), notes };
}
