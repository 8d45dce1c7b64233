/** Checks a fabric in the making field by field, so that the dialog can say beside each what is wrong with it. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AppFailure } from '../../shared/errors.ts';
import { KIND_IDS } from '../../shared/kinds/kinds.ts';
import type { DraftField, FabricSettings, ManualFabric } from '../../shared/model/fabric-settings.ts';
import {
  authorityFault,
  environmentFault,
  kubeconfigPathFault,
  nameFault,
  namespaceFault,
  programFault,
  proxyFault,
  serverFault,
  serverNameFault,
  tokenFault,
} from './check-fields.ts';

/** A sentence per field that needs correction. */
export type Faults = Partial<Record<DraftField, string>>;

const TIMEOUTS = [0, 30_000, 60_000, 120_000];

const ends = (text: string): string => text.trim();

/** `~/x` is the file in the home folder, as a shell has it. */
const fromHome = (path: string): string => (/^~[\\/]/.test(path) ? join(homedir(), path.slice(2)) : path);

/** Without the spaces and line breaks that come along when something is pasted. */
export function tidyManual(manual: ManualFabric): ManualFabric {
  const { name, server, ca, namespace, kubeconfig, context } = manual;
  return {
    name: ends(name),
    server: ends(server).replace(/\/+$/, ''),
    ca: ends(ca),
    namespace: ends(namespace),
    kubeconfig: fromHome(ends(kubeconfig)),
    // A context's name may begin or end with anything.
    context,
  };
}

/** As `tidyManual`. */
export function tidySettings(settings: FabricSettings): FabricSettings {
  const { environment, namespace, proxy, tlsServerName, ca, execPath } = settings;
  return {
    ...settings,
    environment: ends(environment),
    namespace: ends(namespace),
    proxy: ends(proxy),
    tlsServerName: ends(tlsServerName),
    ca: ends(ca),
    execPath: fromHome(ends(execPath)),
    watchKinds: KIND_IDS.filter((kind) => settings.watchKinds.includes(kind)),
  };
}

function keep(faults: Record<string, string | undefined>): Faults {
  return Object.fromEntries(Object.entries(faults).filter(([, says]) => says !== undefined));
}

/** `settings` are tidied before; asks the disk whether the program is there. */
export async function settingsFaults(settings: FabricSettings): Promise<Faults> {
  return keep({
    environment: environmentFault(settings.environment),
    namespace: namespaceFault(settings.namespace),
    proxy: proxyFault(settings.proxy),
    tlsServerName: serverNameFault(settings.tlsServerName),
    ca: authorityFault(settings.ca),
    execPath: await programFault(settings.execPath),
    timeoutMs: TIMEOUTS.includes(settings.timeoutMs) ? undefined : 'Choose one of the limits.',
  });
}

export interface ManualCheck {
  /** Tidied before. */
  readonly manual: ManualFabric;
  /** The token that would be used: the one given, else the one stored. */
  readonly token: string | undefined;
  /** Server for which the stored token was given; undefined where another token was given now, or none is stored. */
  readonly tokenOf?: string | undefined;
  /** Names of the other fabrics that were added by hand. */
  readonly taken: readonly string[];
}

const originOf = (server: string): string => (URL.canParse(server) ? new URL(server).origin : server);

/** Form alone, but for the token: one is needed, and a stored one is not sent to another server than its own. */
export function manualFaults({ manual, token, tokenOf, taken }: ManualCheck): Faults {
  const { name, server, ca, namespace, kubeconfig, context } = manual;
  const common = {
    name:
      nameFault(name) ??
      (taken.includes(name) ? `There is a fabric ${name} already. Choose another name.` : undefined),
    namespace: namespaceFault(namespace),
  };
  if (kubeconfig !== '' || context !== '')
    return keep({
      ...common,
      kubeconfig: kubeconfig === '' ? 'Name the kubeconfig file.' : kubeconfigPathFault(kubeconfig),
      context: context === '' ? 'Name the context: none is chosen by itself.' : undefined,
      server: server === '' ? undefined : 'The server is that of the context. Leave it empty.',
      token:
        token === undefined ? undefined : 'The credentials are those of the context. Leave the token out.',
      ca: ca === '' ? undefined : 'The authority is that of the context. Leave it empty.',
    });
  const hasToken = token !== undefined;
  const moved = tokenOf !== undefined && originOf(tokenOf) !== originOf(server);
  return keep({
    ...common,
    server: serverFault(server, hasToken),
    ca: authorityFault(ca),
    token: hasToken
      ? (tokenFault(token) ??
        (moved ? `Enter the token again: the stored one was given for ${originOf(tokenOf)}.` : undefined))
      : server.startsWith('http://')
        ? undefined
        : 'Give a token, or take the credentials from a kubeconfig.',
  });
}

/** Throws `AppFailure` (invalid) with the sentences as details where there are any. */
export function refuseFaults(faults: Faults, fabric: string | undefined): void {
  const wrong = Object.entries(faults);
  const [first] = wrong;
  if (first === undefined) return;
  const message =
    wrong.length === 1
      ? first[1]
      : `${String(wrong.length)} fields need correction: ${wrong.map(([field]) => field).join(', ')}.`;
  throw new AppFailure({
    code: 'invalid',
    message,
    ...(fabric !== undefined && { fabric }),
    retryable: false,
    details: Object.fromEntries(wrong),
  });
}
