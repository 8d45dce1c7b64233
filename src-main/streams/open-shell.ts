/** Opens a shell in a container: the exec request with the fabric's own credentials, and its failures in plain words. */
import type { ClientOptions } from 'ws';
import { AppFailure, type AppError } from '../../shared/errors.ts';
import type { ShellOptions } from '../../shared/streams.ts';
import type { KubeClient } from '../kube/contract.ts';
import { objectPath } from '../kube/resource-url.ts';
import { statusError } from '../kube/status-error.ts';
import { openExecSocket, type ExecSocket } from './exec-socket.ts';
import { PODS } from './log-source.ts';
import { SHELL_COMMAND } from './shell.ts';

/** The exec request of an interactive shell, relative to the server. */
function execPath({ namespace, pod, container }: ShellOptions): string {
  const query = new URLSearchParams([
    ...SHELL_COMMAND.map((word): [string, string] => ['command', word]),
    ['container', container],
    ['stdin', 'true'],
    ['stdout', 'true'],
    ['tty', 'true'],
  ]);
  return `${objectPath(PODS, namespace, pod, 'exec')}?${query.toString()}`;
}

function explain(error: AppError, { pod, namespace, container }: ShellOptions): AppError {
  const said = error.details?.reason ?? '';
  if (error.code === 'not-found') {
    return {
      ...error,
      message: `Pod ${namespace}/${pod} does not exist any more.`,
      hint: 'Choose a pod that runs.',
    };
  }
  if (/is not valid for pod|container not found/.test(said)) {
    return { ...error, message: `Pod ${namespace}/${pod} has no running container ${container}.` };
  }
  return error;
}

/** Certificates and headers of the fabric; none over plain HTTP, where whoever listens could read them. */
async function signIn(client: KubeClient): Promise<ClientOptions> {
  const options: ClientOptions = {};
  if (!client.server.startsWith('https:')) return options;
  const config = await client.clientNodeConfig();
  await config.applyToHTTPSOptions(options);
  return options;
}

/** Connects; throws `AppFailure` where the server refuses or cannot be reached. */
export async function connectShell(client: KubeClient, options: ShellOptions): Promise<ExecSocket> {
  const path = execPath(options);
  const where = { fabric: client.fabric, server: client.server };
  const refuse = (status: number, body: string) =>
    explain(statusError({ status, headers: {}, text: body }, where, `exec in pod ${options.pod}`), options);
  const fail = (cause: unknown) => (cause instanceof AppFailure ? cause.error : client.toAppError(cause));
  const credentials = await signIn(client).catch((cause: unknown) => {
    throw new AppFailure(fail(cause), { cause });
  });
  return openExecSocket(`${client.server.replace(/^http/, 'ws')}${path}`, credentials, refuse, fail);
}
