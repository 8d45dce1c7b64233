/** What each call of the page does: one object, so that a missing handler does not compile. */
import type { AppInfo, FabricList, Handlers } from '../shared/ipc.ts';
import { accessCalls, type AccessCallsParts } from './calls/access-calls.ts';
import { connectionCalls } from './calls/connection-calls.ts';
import { settingsCalls, type SettingsCallsParts } from './calls/settings-calls.ts';
import { reportHygiene } from '../shared/lint/hygiene.ts';
import { countKinds } from './fabric/count-kinds.ts';
import type { DemoFabrics } from './demo-host/demo-fabrics.ts';
import type { Fabrics } from './fabric/fabrics.ts';
import { publicSettings } from './settings/schema.ts';
import type { SettingsStore } from './settings/settings.ts';
import type { Publisher } from './store/publisher.ts';
import type { Streams } from './streams/streams.ts';

export interface HandlerParts {
  readonly info: AppInfo;
  readonly fabrics: Fabrics;
  readonly demo: DemoFabrics;
  readonly publisher: Publisher;
  readonly streams: Streams;
  readonly settings: SettingsStore;
  /** What is configured for fabrics in the app itself. */
  readonly configured: Omit<SettingsCallsParts, 'list'>;
  /** What reviews of access and plans need beside the fabrics. */
  readonly access: Omit<AccessCallsParts, 'fabrics'>;
  /** The list with the problems of the app itself. */
  readonly withProblems: (list: FabricList) => FabricList;
  /** The settings changed: the theme of the window follows. */
  readonly onSettings: () => void;
  /** Told of what went wrong and is no matter of the call. */
  readonly report: (message: string, cause: unknown) => void;
  readonly writeClipboard: (text: string) => Promise<void> | void;
  /** Asks where to save and writes the file; null when the user thought better of it. */
  readonly saveFile: (name: string, text: string) => Promise<string | null>;
  /** Asks for a kubeconfig file and makes it the one in use; false when the user thought better of it. */
  readonly chooseKubeconfig: () => Promise<boolean>;
}

/** The handlers of all calls. They throw `AppFailure` for what the user can understand. */
export function createHandlers(parts: HandlerParts): Handlers {
  const { fabrics, demo, publisher, streams, settings, withProblems } = parts;
  const rememberOpen = () => {
    try {
      settings.set({ openFabrics: fabrics.open });
    } catch (cause) {
      parts.report('the open fabrics could not be remembered', cause);
    }
  };
  const session = (id: string) => fabrics.get(id).requireSession();
  return {
    ...connectionCalls({ fabrics, publisher }),
    ...settingsCalls({ ...parts.configured, list: () => withProblems(fabrics.list) }),
    ...accessCalls({ ...parts.access, fabrics }),
    'app.info': () => parts.info,
    'settings.get': () => publicSettings(settings.get()),
    'settings.set': (change) => {
      const stored = settings.set(change);
      parts.onSettings();
      return publicSettings(stored);
    },
    'clipboard.write': async ({ text }) => {
      await parts.writeClipboard(text);
      return null;
    },
    'file.save': async ({ name, text }) => ({ path: await parts.saveFile(name, text) }),
    'kubeconfig.choose': async () =>
      withProblems((await parts.chooseKubeconfig()) ? await fabrics.load() : fabrics.list),
    'kubeconfig.reload': async () => withProblems(await fabrics.load()),
    'fabrics.list': async () => {
      await fabrics.ready;
      return withProblems(fabrics.list);
    },
    'demo.open': async () => {
      await demo.open();
      await fabrics.load();
      for (const id of fabrics.demo) fabrics.get(id).open();
      return withProblems(fabrics.list);
    },
    'demo.close': async () => {
      demo.close();
      return withProblems(await fabrics.load());
    },
    'demo.faults': ({ fabric }) => demo.ask({ do: 'faults', fabric }),
    'demo.set': ({ fabric, fault, active }) => demo.ask({ do: 'set', fabric, fault, active }),
    'demo.kubeconfig': () => ({ path: demo.placeKubeconfig() }),
    'demo.reset': ({ fabric }) => demo.ask({ do: 'reset', fabric }),
    'fabric.open': ({ fabric }) => {
      fabrics.get(fabric).open();
      rememberOpen();
      return null;
    },
    'fabric.close': async ({ fabric }) => {
      await fabrics.get(fabric).close();
      rememberOpen();
      return null;
    },
    'fabric.retry': async ({ fabric }) => {
      // What failed may have been put right in the kubeconfig: then the fabric begins anew with it.
      if (fabrics.get(fabric).link.error !== undefined) await fabrics.load();
      void fabrics.get(fabric).retry();
      return null;
    },
    'kinds.list': ({ fabric }) => session(fabric).kinds(),
    'kinds.counts': ({ fabric, resources }) => countKinds(session(fabric), resources),
    'findings.watch': ({ fabric }) => ({ sub: publisher.watchFindings(fabric) }),
    'lint.list': ({ fabric }) => reportHygiene(session(fabric).store),
    'rows.watch': ({ fabric, resource, namespace }) => ({
      sub: publisher.watchRows(fabric, resource, namespace),
    }),
    'object.watch': ({ fabric, resource, namespace, name }) => ({
      sub: publisher.watchObject(fabric, resource, namespace, name),
    }),
    'watches.list': ({ fabric }) =>
      session(fabric).watches.map(({ resource, reflector }) => ({ ...resource, state: reflector.state })),
    unwatch: ({ sub }) => {
      publisher.unwatch(sub);
      return null;
    },
    'logs.open': (options) => ({ stream: streams.logs(fabrics.get(options.fabric), options) }),
    'signIn.open': async ({ fabric, ...size }) => ({
      stream: await streams.signIn(fabrics.get(fabric), size),
    }),
    'shell.open': async (options) => ({ stream: await streams.shell(fabrics.get(options.fabric), options) }),
  };
}
