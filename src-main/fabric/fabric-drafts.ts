/** Saves, tests and removes what is configured for fabrics in the app itself. */
import { randomUUID } from 'node:crypto';
import { AppFailure } from '../../shared/errors.ts';
import type {
  FabricDetails,
  FabricDraft,
  FabricSettings,
  ManualFabric,
} from '../../shared/model/fabric-settings.ts';
import type { ContextAccess, KubeContext } from '../kube/contract.ts';
import { refuseFaults, settingsFaults, tidySettings } from '../settings/check-draft.ts';
import type { StoredManual } from '../settings/fabric-schema.ts';
import { writeOrTell } from '../settings/write-or-tell.ts';
import { checkContext, checkManual, knownManual } from './checked-draft.ts';
import { fabricKey, findManual, keyOfManual, manualId } from './fabric-origin.ts';
import type { FabricSources } from './fabric-sources.ts';

export interface FabricDraftsParts {
  readonly sources: FabricSources;
  /** The context of a fabric as it is now. Throws `AppFailure` for an id that there is none of. */
  readonly contextOf: (id: string) => KubeContext;
  /** Reads all sources anew, after a change. */
  readonly reload: () => Promise<unknown>;
}

export class FabricDrafts {
  readonly #parts: FabricDraftsParts;

  constructor(parts: FabricDraftsParts) {
    this.#parts = parts;
  }

  /** What the dialog shows. Throws `AppFailure` for an unknown id. */
  details(id: string): FabricDetails {
    const { store, secrets } = this.#parts.sources;
    const context = this.#parts.contextOf(id);
    const stored = findManual(store.manual(), id);
    const {
      name = '',
      server = '',
      ca = '',
      namespace = '',
      kubeconfig = '',
      context: of = '',
    } = stored ?? {};
    const where = stored === undefined ? 'none' : secrets.where(stored.key);
    return {
      id,
      origin: context.origin,
      settings: store.settingsOf(fabricKey(context, store.manual())),
      ...(stored !== undefined && { manual: { name, server, ca, namespace, kubeconfig, context: of } }),
      token: where === 'locked' ? 'none' : where,
      keychain: secrets.keychain,
      ...(stored?.tokenUntil !== undefined && { tokenUntil: stored.tokenUntil }),
      runsCommand: context.signIn === 'exec plugin',
      status: this.#parts.sources.memoryOf(context).read().status ?? { state: 'unknown' },
    };
  }

  /** Overrides of any fabric. Throws `AppFailure` (invalid) with a sentence per field. */
  async configure(id: string, wanted: FabricSettings): Promise<FabricDetails> {
    const { store } = this.#parts.sources;
    const context = this.#parts.contextOf(id);
    const settings = tidySettings(wanted);
    refuseFaults(await settingsFaults(settings), id);
    writeOrTell(() => store.setSettings(fabricKey(context, store.manual()), settings));
    await this.#parts.reload();
    return this.details(id);
  }

  /** Adds a fabric by hand, or changes one. Throws as `configure`. */
  async save(draft: FabricDraft & { readonly manual: ManualFabric }): Promise<FabricDetails> {
    const { sources, reload } = this.#parts;
    const { store, secrets } = sources;
    const { manual, settings, given, hasToken, insecure } = await checkManual(sources, draft);
    // Asked again after the waits of the check: the fabric may have been removed.
    const known = knownManual(sources, draft);
    const key = known?.key ?? randomUUID();
    const until = hasToken && given === undefined ? known?.tokenUntil : undefined;
    const stored: StoredManual = {
      ...manual,
      key,
      hasToken,
      ...(until !== undefined && { tokenUntil: until }),
      ...(insecure && { insecure }),
    };
    writeOrTell(() => {
      if (given !== undefined) secrets.set(key, given);
      else if (!hasToken) secrets.remove(key);
      store.setSettings(keyOfManual(stored), settings);
      store.putManual(stored);
    });
    await reload();
    return this.details(manualId(manual.name));
  }

  /** Removes a fabric that was added by hand with all that is kept of it; of others, the overrides. */
  async remove(id: string): Promise<void> {
    const { store, secrets, memories } = this.#parts.sources;
    const context = this.#parts.contextOf(id);
    const key = fabricKey(context, store.manual());
    const stored = findManual(store.manual(), id);
    writeOrTell(() => {
      if (stored !== undefined) {
        secrets.remove(stored.key);
        store.removeManual(stored.key);
      }
      store.setSettings(key, undefined);
    });
    // Which cluster was seen behind a context is no override: it outlasts them.
    if (stored !== undefined) memories.forget(key);
    await this.#parts.reload();
  }

  /** The access that a draft would give, and the limit it sets, ms. Throws as `configure`, and why there is none. */
  async access(draft: FabricDraft): Promise<{ readonly access: ContextAccess; readonly timeoutMs: number }> {
    const { context, settings } = await this.#check(draft);
    if (context.access !== undefined) return { access: context.access, timeoutMs: settings.timeoutMs };
    throw new AppFailure(
      context.problem ?? {
        code: 'context-broken',
        message: `Fabric ${context.id} has no configuration.`,
        retryable: false,
      },
    );
  }

  #check(draft: FabricDraft): Promise<{ readonly context: KubeContext; readonly settings: FabricSettings }> {
    const { sources, contextOf } = this.#parts;
    if (draft.manual !== undefined) return checkManual(sources, { ...draft, manual: draft.manual });
    return checkContext(sources, contextOf(draft.id ?? ''), draft.settings);
  }
}
