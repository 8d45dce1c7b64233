/** The command `rbac`: the least role for the user of a context, as YAML for `kubectl apply -f -`. */
import { AppFailure, type AppError } from '../../shared/errors.ts';
import { writeManifests } from '../../shared/rbac/write-yaml.ts';
import { SCENARIOS } from '../../shared/scenarios/index.ts';
import { makeRoles, type Roles } from '../access/make-roles.ts';
import { createClient } from '../kube/client.ts';
import { chooseContext, loadKubeconfig } from '../kube/kubeconfig.ts';
import type { ContextAccess } from '../kube/contract.ts';
import { defineCommand, type Io } from './command.ts';
import { parseRbacFlags, RBAC_USAGE, type RbacFlags } from './rbac-flags.ts';

function outOfTime({ fabric, cluster }: ContextAccess, timeoutMs: number): AppError {
  return {
    code: 'timeout',
    message: `API server ${cluster.server} of context ${fabric} did not answer all questions within ${timeoutMs / 1000} s.`,
    hint: 'Allow more time with --timeout.',
    fabric,
    retryable: true,
  };
}

async function askFor(access: ContextAccess, { purpose, namespace, timeoutMs }: RbacFlags): Promise<Roles> {
  const client = createClient(access);
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    return await makeRoles({ client, scenarios: SCENARIOS, purpose, namespace, signal: limit });
  } catch (cause) {
    if (limit.aborted) throw new AppFailure(outOfTime(access, timeoutMs), { cause });
    throw cause;
  } finally {
    await client.close();
  }
}

async function run(flags: RbacFlags, io: Io): Promise<number> {
  const file = flags.kubeconfig;
  const kubeconfig = await loadKubeconfig(file === undefined ? {} : { explicit: [file] });
  const access = chooseContext(kubeconfig, flags.context);
  for (const { message } of kubeconfig.problems) io.warn(message);
  const { who, manifests, notes } = await askFor(access, flags);
  for (const note of notes) io.warn(note);
  if (manifests.length === 0) {
    const where = flags.namespace === undefined ? 'in the cluster' : `in namespace ${flags.namespace}`;
    io.warn(`Nothing that ${who.user} needs to diagnose is denied ${where}: no role is missing.`);
    return 0;
  }
  await io.write(writeManifests(manifests));
  return 0;
}

export const rbacCommand = defineCommand<RbacFlags>({ usage: RBAC_USAGE, parse: parseRbacFlags, run });
