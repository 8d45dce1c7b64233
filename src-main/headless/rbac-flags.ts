/** The flags of `rbac`. */
import { z } from 'zod';
import type { RbacPurpose } from '../../shared/model/plan.ts';
import { namespaceFlag, oneOfFlag, readFlags, textFlag, timeoutFlag, type Parsed } from './command.ts';

export interface RbacFlags {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  readonly purpose: RbacPurpose;
  /** Milliseconds for all questions together. */
  readonly timeoutMs: number;
}

const PURPOSES = ['diagnose', 'view', 'recover', 'denials'] as const satisfies readonly RbacPurpose[];

export const RBAC_USAGE = `Usage: rbac [flags]
Prints the least role, with its binding, that the user of a context needs: YAML on stdout, for an administrator to
apply. Writes nothing to the cluster.

  rbac --kubeconfig oncall.yaml | kubectl --kubeconfig admin.yaml apply -f -

  --kubeconfig FILE      kubeconfig to use (default: KUBECONFIG, then ~/.kube/config)
  --context NAME         context to use (default: the kubeconfig's current-context)
  --namespace NAME       for this namespace: a Role there, and a ClusterRole for what no Role can grant
  --for PURPOSE          diagnose (default): every served kind that scenarios read
                         view: every served kind but Secrets as well
                         recover: diagnose, and the writes of recoveries
                         denials: what of diagnose is denied now, and nothing else
  --timeout SECONDS      limit for asking the server (default 30)
  -o, --output FORMAT    yaml, the only one
  -h, --help             show this text

Exit: 0 printed, 1 could not be made, 2 wrong flags.
`;

const schema = z
  .object({
    kubeconfig: textFlag('--kubeconfig').optional(),
    context: textFlag('--context').optional(),
    namespace: namespaceFlag.optional(),
    for: oneOfFlag('--for', PURPOSES).default('diagnose'),
    timeout: timeoutFlag,
    output: oneOfFlag('--output', ['yaml']).default('yaml'),
  })
  .transform(
    ({ kubeconfig, context, namespace, for: purpose, timeout: timeoutMs }) =>
      ({ kubeconfig, context, namespace, purpose, timeoutMs }) satisfies RbacFlags,
  );

const options = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  for: { type: 'string' },
  timeout: { type: 'string' },
  output: { type: 'string', short: 'o' },
} as const;

/** Parses what follows the command's name. */
export function parseRbacFlags(args: readonly string[]): Parsed<RbacFlags> {
  return readFlags(args, options, schema);
}
