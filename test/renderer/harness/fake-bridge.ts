// A stand-in for the main process: answers calls from a data set and pushes what a test asks for.
import type { AppError, Result } from '../../../shared/errors.ts';
import type { Bridge, CallIn, CallName, CallOut, PushName, Pushes, Settings } from '../../../shared/ipc.ts';
import type { DemoFault } from '../../../shared/model/demo.ts';
import type { FabricSummary } from '../../../shared/model/fabric.ts';
import type { BlindSpot, Finding } from '../../../shared/model/finding.ts';
import type { DataSet, FabricData } from './fabric-data.ts';

type Listeners = { [P in PushName]: Set<(message: Pushes[P]) => void> };
type Answers = { [N in CallName]?: (input: CallIn<N>) => CallOut<N> | AppError };

/** What a test drives beside the page itself. */
export interface HarnessControl {
  /** Every call the page made, in order. */
  readonly calls: { readonly name: CallName; readonly input: unknown }[];
  /** Replaces the findings of a fabric and pushes the difference. */
  setFindings(fabric: string, findings: readonly Finding[], blindSpots?: readonly BlindSpot[]): void;
  /** Replaces the link of a fabric and pushes the list. */
  setLink(fabric: string, link: FabricData['summary']['link']): void;
  /** Replaces parts of a fabric's summary and pushes the list. */
  setSummary(fabric: string, more: Partial<FabricSummary>): void;
  /** Loses one findings message, so that `seq` has a gap. */
  skipMessage(): void;
  /** The data set as it stands. */
  readonly data: DataSet;
}

interface Subscription {
  readonly sub: string;
  readonly fabric: string;
  seq: number;
  sent: ReadonlyMap<string, Finding>;
}

function isError(answer: unknown): answer is AppError {
  return typeof answer === 'object' && answer !== null && 'retryable' in answer && 'code' in answer;
}

/** A bridge over `data`, and the control of it. */
export function createBridge(data: DataSet): { bridge: Bridge; control: HarnessControl } {
  const listeners: Listeners = {
    fabrics: new Set(),
    findings: new Set(),
    rows: new Set(),
    object: new Set(),
    connection: new Set(),
  };
  const calls: { name: CallName; input: unknown }[] = [];
  const subscriptions = new Map<string, Subscription>();
  let settings: Settings = data.settings;
  let count = 0;
  let faults: readonly DemoFault[] = [
    {
      id: 'bad-image',
      title: 'Ship a bad image',
      description: 'Rolls Deployment shop/cart out with an image tag that does not exist.',
      active: false,
    },
  ];

  const push = <P extends PushName>(name: P, message: Pushes[P]): void => {
    // As over a process boundary: the page never shares an object with its source.
    for (const listener of listeners[name]) listener(structuredClone(message));
  };
  const fabricOf = (id: string): FabricData | undefined => data.fabrics.find((one) => one.summary.id === id);
  const list = () => ({
    sources: data.sources,
    problems: data.problems,
    fabrics: data.fabrics.map((one) => one.summary),
  });
  const pushFabrics = (): void => push('fabrics', list());

  const send = (subscription: Subscription, reset: boolean): void => {
    const fabric = fabricOf(subscription.fabric);
    if (!fabric?.diagnosis) return;
    const { findings, ...rest } = fabric.diagnosis;
    const next = new Map(findings.map((finding) => [finding.id, finding]));
    subscription.seq += 1;
    push('findings', {
      ...rest,
      sub: subscription.sub,
      seq: subscription.seq,
      reset,
      upsert: findings.filter((finding) => reset || subscription.sent.get(finding.id) !== finding),
      remove: reset ? [] : [...subscription.sent.keys()].filter((id) => !next.has(id)),
      order: findings.map((finding) => finding.id),
    });
    subscription.sent = next;
  };
  const sendAll = (fabric: string): void => {
    for (const subscription of subscriptions.values())
      if (subscription.fabric === fabric) send(subscription, false);
  };
  const subscribe = (fabric: string, begin: (subscription: Subscription) => void): { sub: string } => {
    count += 1;
    const subscription: Subscription = { sub: `sub-${String(count)}`, fabric, seq: 0, sent: new Map() };
    setTimeout(() => begin(subscription));
    return { sub: subscription.sub };
  };

  const answers: Answers = {
    'app.info': () => ({ version: '0.1.0', platform: 'linux', electron: '45.4.1' }),
    'settings.get': () => settings,
    'settings.set': (change) => (settings = { ...settings, ...change }),
    'clipboard.write': () => null,
    'file.save': () => ({ path: null }),
    'kubeconfig.choose': list,
    'kubeconfig.reload': list,
    'fabrics.list': list,
    'demo.open': list,
    'demo.close': list,
    'demo.faults': () => faults,
    'demo.set': ({ fault, active }) =>
      (faults = faults.map((one) => (one.id === fault ? { ...one, active } : one))),
    'demo.kubeconfig': () => ({ path: '~/.config/hedgerow/demo-kubeconfig' }),
    'demo.reset': () => (faults = faults.map((one) => ({ ...one, active: false }))),
    'fabric.open': ({ fabric }) => {
      const known = fabricOf(fabric);
      if (known?.opened) known.summary = known.opened;
      setTimeout(pushFabrics);
      return null;
    },
    'fabric.close': ({ fabric }) => {
      const known = fabricOf(fabric);
      if (known) known.summary = { ...known.summary, link: { ...known.summary.link, phase: 'closed' } };
      setTimeout(pushFabrics);
      return null;
    },
    'fabric.retry': () => null,
    'kinds.list': ({ fabric }) => fabricOf(fabric)?.kinds ?? [],
    'kinds.counts': ({ resources }) =>
      resources.map((resource) => ({ ...resource, count: 'unknown' as const })),
    'findings.watch': ({ fabric }) => {
      const known = fabricOf(fabric);
      if (known?.findingsError) return known.findingsError;
      return subscribe(fabric, (subscription) => {
        subscriptions.set(subscription.sub, subscription);
        send(subscription, true);
      });
    },
    'rows.watch': ({ fabric }) => subscribe(fabric, () => undefined),
    'object.watch': ({ fabric, name, namespace }) =>
      subscribe(fabric, ({ sub }) => {
        const containers = fabricOf(fabric)?.containers?.[`${namespace ?? ''}/${name}`] ?? [];
        push('object', {
          sub,
          seq: 1,
          object: {
            ref: {
              apiVersion: 'v1',
              kind: 'Pod',
              name,
              uid: name,
              ...(namespace === undefined ? {} : { namespace }),
            },
            resource: { group: '', version: 'v1', resource: 'pods' },
            resourceVersion: '1',
            yaml: 'kind: Pod\n',
            masked: false,
            marks: [],
            events: [],
            relations: [],
            findings: [],
            containers,
          },
          state: { phase: 'live', since: Date.now(), objects: 1, reconnects: 0 },
        });
      }),
    'watches.list': ({ fabric }) => fabricOf(fabric)?.watches ?? [],
    unwatch: ({ sub }) => {
      subscriptions.delete(sub);
      return null;
    },
  };

  const bridge: Bridge = {
    call<N extends CallName>(name: N, input: CallIn<N>): Promise<Result<CallOut<N>>> {
      calls.push({ name, input });
      const answer = answers[name]?.(input);
      if (answer === undefined) {
        const error: AppError = {
          code: 'internal',
          message: `The harness does not answer ${name}.`,
          retryable: false,
        };
        return Promise.resolve({ ok: false, error });
      }
      return Promise.resolve(isError(answer) ? { ok: false, error: answer } : { ok: true, value: answer });
    },
    on(name, listener) {
      listeners[name].add(listener);
      return () => listeners[name].delete(listener);
    },
  };
  const control: HarnessControl = {
    calls,
    data,
    setFindings(fabric, findings, blindSpots) {
      const known = fabricOf(fabric);
      if (!known?.diagnosis) return;
      known.diagnosis = {
        ...known.diagnosis,
        findings,
        blindSpots: blindSpots ?? known.diagnosis.blindSpots,
      };
      sendAll(fabric);
    },
    setLink(fabric, link) {
      control.setSummary(fabric, { link });
    },
    setSummary(fabric, more) {
      const known = fabricOf(fabric);
      if (known) known.summary = { ...known.summary, ...more };
      pushFabrics();
    },
    skipMessage() {
      for (const subscription of subscriptions.values()) subscription.seq += 1;
    },
  };
  return { bridge, control };
}
