/** Checks a draft of a fabric and builds the context that it would give, before anything is stored or contacted. */
import { AppFailure } from '../../shared/errors.ts';
import {
  NO_SETTINGS,
  type FabricDraft,
  type FabricSettings,
  type ManualFabric,
} from '../../shared/model/fabric-settings.ts';
import type { KubeContext } from '../kube/contract.ts';
import {
  manualFaults,
  refuseFaults,
  settingsFaults,
  tidyManual,
  tidySettings,
} from '../settings/check-draft.ts';
import type { StoredManual } from '../settings/fabric-schema.ts';
import { applySettings } from './apply-settings.ts';
import { fabricKey, findManual, keyOfManual, manualId } from './fabric-origin.ts';
import type { FabricSources } from './fabric-sources.ts';
import { manualContext } from './manual-context.ts';

export interface CheckedManual {
  readonly manual: ManualFabric;
  readonly settings: FabricSettings;
  /** The token that was given now; undefined where the stored one, or none, is used. */
  readonly given: string | undefined;
  readonly hasToken: boolean;
  /** Certificate checks stay off, as they were. */
  readonly insecure: boolean;
  readonly context: KubeContext;
}

const originOf = (server: string): string => (URL.canParse(server) ? new URL(server).origin : server);

/** The fabric by hand that a draft changes, undefined for a new one. Throws `AppFailure` where there is none of its id. */
export function knownManual(sources: FabricSources, { id }: FabricDraft): StoredManual | undefined {
  if (id === undefined) return undefined;
  const known = findManual(sources.store.manual(), id);
  if (known !== undefined) return known;
  throw new AppFailure({
    code: 'context-missing',
    message: `Fabric ${id} was not added by hand, or was removed meanwhile.`,
    hint: 'Close the dialog and open it again.',
    fabric: id,
    retryable: false,
  });
}

/** The credentials and the authority of a fabric with a token are in its own fields, and so is its namespace. */
function ownSettings(
  sources: FabricSources,
  draft: FabricDraft,
  known: StoredManual | undefined,
  refers: boolean,
) {
  const stored = known === undefined ? NO_SETTINGS : sources.store.settingsOf(keyOfManual(known));
  const wanted = tidySettings(draft.settings ?? stored);
  return { ...wanted, namespace: '', ...(!refers && { port: 0, ca: '', execPath: '' }) };
}

/** The given token, else the stored one; none where credentials come from elsewhere or none can be sent. */
function tokensOf(
  sources: FabricSources,
  draft: FabricDraft,
  known: StoredManual | undefined,
  manual: ManualFabric,
) {
  const typed = draft.token?.trim() ?? '';
  const sent = manual.kubeconfig === '' && manual.context === '' && !manual.server.startsWith('http://');
  return {
    given: typed === '' ? undefined : typed,
    kept: known?.hasToken === true && sent ? sources.secrets.token(known.key) : undefined,
  };
}

/** A fabric by hand, new or changed. Throws `AppFailure` (invalid) with a sentence per field. */
export async function checkManual(
  sources: FabricSources,
  draft: FabricDraft & { readonly manual: ManualFabric },
): Promise<CheckedManual> {
  const known = knownManual(sources, draft);
  const manual = tidyManual(draft.manual);
  const refers = manual.kubeconfig !== '' || manual.context !== '';
  const settings = ownSettings(sources, draft, known, refers);
  const { given, kept } = tokensOf(sources, draft, known, manual);
  const token = given ?? kept;
  const others = sources.store.manual().filter(({ key }) => key !== known?.key);
  refuseFaults(
    {
      ...(await settingsFaults(settings)),
      ...manualFaults({
        manual,
        token,
        tokenOf: given === undefined && kept !== undefined ? known?.server : undefined,
        taken: others.map(({ name }) => name),
      }),
    },
    draft.id,
  );
  // An authority, or another server, ends it.
  const insecure =
    known?.insecure === true &&
    manual.ca === '' &&
    !refers &&
    originOf(known.server) === originOf(manual.server);
  const { lastGood } = sources;
  const own = { ...manual, ...(insecure && { insecure }) };
  const made = await manualContext({ id: manualId(manual.name), manual: own, token, lastGood });
  if (refers && made.problem !== undefined) {
    const field = made.problem.code.startsWith('kubeconfig') ? 'kubeconfig' : 'context';
    refuseFaults({ [field]: made.problem.message }, draft.id);
  }
  const context = await applySettings(made, settings);
  return { manual, settings, given, hasToken: token !== undefined, insecure, context };
}

/** A fabric of a kubeconfig: its own access, with the settings of the draft in place of those stored. Throws as `checkManual`. */
export async function checkContext(
  sources: FabricSources,
  context: KubeContext,
  wanted: FabricSettings | undefined,
): Promise<{ readonly context: KubeContext; readonly settings: FabricSettings }> {
  const stored = sources.store.settingsOf(fabricKey(context, sources.store.manual()));
  const settings = wanted === undefined ? stored : tidySettings(wanted);
  refuseFaults(await settingsFaults(settings), context.id);
  const plain = sources.plainOf(context.id) ?? context;
  return { settings, context: await applySettings(plain, settings) };
}
