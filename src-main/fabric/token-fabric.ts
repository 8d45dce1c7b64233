/** Stores a fabric that signs in with the token of a ServiceAccount, as the guided set-up makes one. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { NO_SETTINGS } from '../../shared/model/fabric-settings.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { ContextAccess } from '../kube/contract.ts';
import { manualFaults, refuseFaults, settingsFaults, tidyManual } from '../settings/check-draft.ts';
import { writeOrTell } from '../settings/write-or-tell.ts';
import { keyOfManual, manualId } from './fabric-origin.ts';
import type { FabricSources } from './fabric-sources.ts';

export interface TokenFabric {
  /** A taken name gets a number behind it. */
  readonly name: string;
  /** Whose server, authority and way there it shares. */
  readonly from: ContextAccess;
  readonly namespace: string;
  readonly token: string;
  /** When the token ends. */
  readonly until: Instant;
}

export interface TokenFabricParts {
  readonly sources: FabricSources;
  /** Reads all sources anew. */
  readonly reload: () => Promise<unknown>;
}

async function authorityOf({ cluster }: ContextAccess): Promise<string> {
  if (cluster.caData !== undefined) return Buffer.from(cluster.caData, 'base64').toString('utf8');
  return cluster.caFile === undefined ? '' : readFile(cluster.caFile, 'utf8');
}

/**
 * Returns the id of the new fabric. Throws `AppFailure`: a field that cannot be stored (a proxy with a password), or a
 * disk that does not take it.
 */
export async function addTokenFabric(parts: TokenFabricParts, wanted: TokenFabric): Promise<string> {
  const { sources, reload } = parts;
  const { from, namespace, token, until } = wanted;
  const { server, insecure, serverName = '', proxyUrl = '' } = from.cluster;
  const taken = new Set(sources.store.manual().map(({ name }) => name));
  let name = wanted.name;
  for (let count = 2; taken.has(name); count++) name = `${wanted.name} ${String(count)}`;
  const ca = insecure ? '' : await authorityOf(from);
  const manual = tidyManual({ name, server, ca, namespace, kubeconfig: '', context: '' });
  const settings = { ...NO_SETTINGS, tlsServerName: serverName, proxy: proxyUrl };
  refuseFaults(
    { ...(await settingsFaults(settings)), ...manualFaults({ manual, token, taken: [] }) },
    undefined,
  );
  const stored = {
    ...manual,
    key: randomUUID(),
    hasToken: true,
    tokenUntil: until,
    ...(insecure && { insecure }),
  };
  writeOrTell(() => {
    sources.secrets.set(stored.key, token);
    sources.store.setSettings(keyOfManual(stored), settings);
    sources.store.putManual(stored);
  });
  await reload();
  return manualId(name);
}
