/** Calls about the configuration of fabrics in the app: added by hand, overridden, tested, removed. */
import type { FabricList, Handlers } from '../../shared/ipc.ts';
import type { ProbeReport } from '../../shared/model/connection.ts';
import type { FabricDrafts } from '../fabric/fabric-drafts.ts';
import type { ContextAccess } from '../kube/contract.ts';

export interface SettingsCallsParts {
  readonly drafts: FabricDrafts;
  /** The list as the page gets it. */
  readonly list: () => FabricList;
  /** Goes through the layers of a connection; `timeoutMs` limits each. */
  readonly probe: (access: ContextAccess, timeoutMs: number) => Promise<ProbeReport>;
  /** Asks for a file; undefined when the user thought better of it. */
  readonly chooseFile: (what: 'kubeconfig' | 'program') => Promise<string | undefined>;
}

type Names =
  'fabric.details' | 'fabric.configure' | 'fabric.save' | 'fabric.remove' | 'fabric.test' | 'file.choose';

/** For each layer of a test, ms: somebody waits in front of the dialog. */
const TEST_MS = 15_000;

export function settingsCalls({
  drafts,
  list,
  probe,
  chooseFile,
}: SettingsCallsParts): Pick<Handlers, Names> {
  return {
    'fabric.details': ({ fabric }) => drafts.details(fabric),
    'fabric.configure': ({ fabric, settings }) => drafts.configure(fabric, settings),
    'fabric.save': (draft) => drafts.save(draft),
    'fabric.remove': async ({ fabric }) => {
      await drafts.remove(fabric);
      return list();
    },
    'fabric.test': async (draft) => {
      const { access, timeoutMs } = await drafts.access(draft);
      return probe(access, timeoutMs === 0 ? TEST_MS : timeoutMs);
    },
    'file.choose': async ({ what }) => ({ path: (await chooseFile(what)) ?? null }),
  };
}
