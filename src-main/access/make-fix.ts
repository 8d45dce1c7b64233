/** The role that closes the gaps, ready to hand to an administrator, and whether we may create it ourselves. */
import { AppFailure } from '../../shared/errors.ts';
import { text } from '../../shared/cluster/narrow.ts';
import type { RbacFix } from '../../shared/model/access.ts';
import { questionsOfNeed, type Need } from '../../shared/rbac/needs.ts';
import { writesOf } from '../../shared/rbac/role-manifests.ts';
import {
  furthestReach,
  nameQuestion,
  readRules,
  uncovered,
  type AccessQuestion,
  type PolicyRule,
} from '../../shared/rbac/rules.ts';
import { writeManifests, type Manifest } from '../../shared/rbac/write-yaml.ts';
import { clean, enumerate } from '../../shared/scenarios/words.ts';
import { askRules, type OwnRules } from '../kube/access-rules.ts';
import type { KubeClient } from '../kube/contract.ts';
import { makeRoles, type RolesOptions } from './make-roles.ts';
import { spotCheck } from './spot-checks.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** A word for a POSIX shell. */
function shellWord(word: string): string {
  return /^[\w.:/@-]+$/.test(word) ? word : `'${clean(word, 4096).replaceAll("'", `'\\''`)}'`;
}

interface Place {
  readonly resource: string;
  readonly namespace: string | undefined;
}

/** The collections that the manifests are created in. */
function placesOf(manifests: readonly Manifest[]): Place[] {
  const places = manifests.map(({ object: { kind, metadata } }) => ({
    resource: `${text(kind).toLowerCase()}s`,
    namespace: (metadata as { namespace?: string } | undefined)?.namespace,
  }));
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
}

const kindWords = (resources: readonly string[]) =>
  enumerate([
    ...new Set(
      resources.map(
        (each) =>
          ({
            roles: 'Roles',
            rolebindings: 'RoleBindings',
            clusterroles: 'ClusterRoles',
            clusterrolebindings: 'ClusterRoleBindings',
          })[each] ?? each,
      ),
    ),
  ]);

/** Nobody may grant more than they hold, except with the verbs `escalate` (roles) and `bind` (bindings). */
async function mayCreate(
  client: KubeClient,
  manifests: readonly Manifest[],
  own: OwnRules | undefined,
  signal?: AbortSignal,
): Promise<RbacFix['mayCreate']> {
  const places = placesOf(manifests);
  const ask = (verb: string, { resource, namespace }: Place): AccessQuestion => ({
    verb,
    group: GROUP,
    resource,
    namespace,
  });
  const creates = await spotCheck(
    client,
    places.map((place) => ask('create', place)),
    signal,
  );
  const failed = creates.find(({ error }) => error !== undefined)?.error;
  if (failed !== undefined)
    return { allowed: false, says: `It could not be asked whether you may create it: ${failed.message}` };
  const refused = creates
    .filter(({ answer }) => answer?.allowed !== true)
    .map(({ question }) => question.resource);
  if (refused.length > 0) return { allowed: false, says: `You may not create ${kindWords(refused)}.` };
  const roles = places.filter(({ resource }) => !resource.endsWith('bindings'));
  const beyond = await spotCheck(
    client,
    roles.flatMap((place) => [ask('escalate', place), ask('bind', place)]),
    signal,
  );
  if (beyond.every(({ answer }) => answer?.allowed === true))
    return { allowed: true, says: 'You may create it, and grant what you do not hold.' };
  const wanted = manifests.flatMap(({ object }) => readRules(object.rules));
  const missing = uncovered(own?.rules ?? [], wanted);
  if (missing.length === 0) return { allowed: true, says: 'You may create it: you hold all that it grants.' };
  if (own === undefined || own.incomplete)
    return {
      allowed: false,
      says: 'Your rules could not be read as a whole, so it is not known whether you hold what it grants.',
    };
  return {
    allowed: false,
    says: `You may create roles, but not grant what you do not hold: ${enumerate(missing.map(nameQuestion), 3)}.`,
  };
}

async function ownRules(client: KubeClient, namespace: string | undefined, signal?: AbortSignal) {
  try {
    return await askRules(client, namespace, signal);
  } catch (cause) {
    if (!(cause instanceof AppFailure) || cause.error.code === 'cancelled') throw cause;
    return undefined;
  }
}

/** What is refused of the needs by these rules, counted by resource. */
const denials = (needs: readonly Need[], rules: readonly PolicyRule[], namespace: string | undefined) =>
  new Set(
    needs
      .flatMap((need) => questionsOfNeed(need, namespace).map((question) => ({ question, need })))
      .filter(({ question }) => furthestReach(rules, question) !== 'allowed')
      .map(({ need: { group, resource } }) => `${resource}.${group}`),
  ).size;

/** The fix for ourselves. Throws `AppFailure` as `makeRoles`. */
export async function makeFix(options: RolesOptions): Promise<RbacFix> {
  const { client, purpose, namespace, signal } = options;
  const [{ needs, manifests, notes }, own] = await Promise.all([
    makeRoles(options),
    ownRules(client, namespace, signal),
  ]);
  const fileName = `hedgerow-${purpose}.yaml`;
  const may =
    manifests.length === 0
      ? { allowed: false, says: 'There is nothing to create.' }
      : await mayCreate(client, manifests, own, signal);
  const remarks = notes.map((note) => `# ${clean(note, 400)}\n`).join('');
  return {
    purpose,
    ...(namespace !== undefined && { namespace }),
    yaml:
      manifests.length === 0
        ? '# Nothing is denied: no role is missing.\n'
        : remarks + writeManifests(manifests),
    // Whoever may not do it here hands the file on, to somebody with another context.
    command: `kubectl ${may.allowed ? `--context ${shellWord(client.fabric)} ` : ''}apply -f ${fileName}`,
    fileName,
    closes: purpose === 'denials' ? needs.length : denials(needs, own?.rules ?? [], namespace),
    writes: writesOf(needs).length > 0,
    mayCreate: may,
  };
}
