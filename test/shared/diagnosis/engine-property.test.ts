/** The property of the engine: after any changes it says what an engine says that sees everything for the first time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../../shared/diagnosis/engine.ts';
import type { LogRequest } from '../../../shared/diagnosis/log-desk.ts';
import type { Knowledge } from '../../../shared/cluster/view.ts';
import { KIND_IDS } from '../../../shared/kinds/kinds.ts';
import type { DiagnosisResult } from '../../../shared/model/finding.ts';
import type { KindId, KubeObject } from '../../../shared/model/kube.ts';
import type { Instant } from '../../../shared/model/ref.ts';
import type { ObjectStore } from '../../../src-main/store/contract.ts';
import { createObjectStore } from '../../../src-main/store/object-store.ts';
import {
  build,
  buildDeployment,
  buildEvent,
  buildIngress,
  buildPod,
  buildService,
  controlledBy,
} from '../objects.ts';
import { storeOf } from '../stores.ts';
import { PATIENCE_MS, PROBING } from './probing-scenarios.ts';

type Step =
  | { readonly do: 'put'; readonly object: KubeObject }
  | { readonly do: 'remove'; readonly kind: KindId; readonly pick: number }
  | { readonly do: 'relist'; readonly kind: KindId; readonly keep: number }
  | {
      readonly do: 'learn';
      readonly kind: KindId;
      readonly knowledge: Knowledge;
      readonly namespace: string | undefined;
    }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'diagnose' };

const letter = fc.constantFrom('a', 'b', 'c');
const flag = fc.constantFrom('yes', 'no');

const presentKind = fc.constantFrom<KindId>(
  'Pod',
  'Pod',
  'ConfigMap',
  'Secret',
  'Deployment',
  'ReplicaSet',
  'Service',
  'Ingress',
  'EndpointSlice',
  'Node',
  'Event',
);

const pod = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    owner: fc.option(fc.tuple(fc.constantFrom('ReplicaSet', 'StatefulSet', 'Node'), letter), {
      nil: undefined,
    }),
    phase: fc.constantFrom('Sick', 'Running', 'Failed'),
    ready: fc.boolean(),
    restarts: fc.nat(3),
    node: fc.option(letter, { nil: undefined }),
    reference: letter,
    labels: fc.record({
      app: letter,
      config: letter,
      curious: flag,
      breaks: flag,
      started: fc.constantFrom('0', '5000', 'x'),
    }),
    // Another incarnation under the same name.
    uid: fc.constantFrom('one', 'two'),
  })
  .map(({ name, owner, phase, ready, restarts, node, reference, labels, uid }) =>
    buildPod(name, {
      labels,
      ...(owner === undefined ? {} : { owner }),
      phase,
      ready,
      restarts,
      spec: {
        ...(node === undefined ? {} : { nodeName: node }),
        volumes: [{ name: 'v', configMap: { name: reference } }],
      },
      metadata: { uid: `pod-${name}-${uid}` },
    }),
  );

const object: fc.Arbitrary<KubeObject> = fc.oneof(
  { weight: 6, arbitrary: pod },
  letter.map((name) => build('ConfigMap', name)),
  letter.map((name) => build('Secret', name)),
  fc.tuple(letter, fc.nat(2)).map(([name, ready]) => buildDeployment(name, 2, ready)[0]),
  fc
    .tuple(letter, letter)
    .map(([name, owner]) =>
      build('ReplicaSet', name, { metadata: { name, ...controlledBy('Deployment', owner) } }),
    ),
  fc
    .tuple(letter, letter, fc.constantFrom('ClusterIP', 'LoadBalancer'))
    .map(([name, app, type]) => buildService(name, { app }, type)),
  fc.tuple(letter, letter).map(([name, service]) => buildIngress(name, service)),
  fc
    .tuple(letter, letter)
    .map(([name, service]) =>
      build('EndpointSlice', name, { metadata: { name, labels: { 'kubernetes.io/service-name': service } } }),
    ),
  fc.tuple(letter, flag).map(([name, lost]) => build('Node', name, { metadata: { name, labels: { lost } } })),
  fc
    .tuple(letter, pod, fc.constantFrom('BackOff', 'Pulled'), letter)
    .map(([name, about, reason, message]) => buildEvent(name, about, { reason, message })),
  // By name alone: whom it is about shows once a pod of that name is there.
  letter.map((name) => buildEvent('byname', build('Pod', name, { metadata: { name, uid: '' } }))),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: object.map((one): Step => ({ do: 'put', object: one })) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('remove' as const),
      kind: presentKind,
      pick: fc.nat(2),
    }),
  },
  fc.record({
    do: fc.constant('relist' as const),
    kind: fc.constantFrom('Pod' as const, 'ConfigMap' as const),
    keep: fc.nat(3),
  }),
  fc.record({
    do: fc.constant('learn' as const),
    kind: fc.constantFrom<KindId>('Secret', 'Event', 'Node', 'ConfigMap', 'Pod', 'ReplicaSet', 'Ingress'),
    knowledge: fc.constantFrom<Knowledge>('known', 'known', 'denied', 'unknown', 'absent'),
    namespace: fc.constantFrom(undefined, 'shop'),
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat(PATIENCE_MS) }),
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'diagnose' }) },
);

/** Diagnoses until no log is wanted any more; every log says what it was asked for. */
function settle(engine: Engine, now: Instant): DiagnosisResult {
  for (;;) {
    const result = engine.diagnose(now, { final: true });
    const wanted = engine.wantedLogs();
    if (wanted.length === 0) return result;
    for (const request of wanted) engine.setLog(request, { state: 'ready', excerpt: excerptOf(request) });
  }
}

/** The pod is left out: which of several equal ones is asked may differ between two engines. */
function excerptOf({ key, container, previous }: LogRequest) {
  const pod = { apiVersion: 'v1', kind: 'Pod', name: 'any' };
  return { pod, container, previous, lines: [{ number: 1, text: key }], firstError: 0 };
}

function apply(store: ObjectStore, one: Step, version: number): void {
  if (one.do === 'put') {
    const copy = structuredClone(one.object);
    copy.metadata.resourceVersion = String(version);
    store.upsert(copy.kind as KindId, copy);
  } else if (one.do === 'remove') {
    const object = [...store.all(one.kind)][one.pick];
    if (object !== undefined) store.remove(one.kind, object);
  } else if (one.do === 'relist') {
    store.replace(
      one.kind,
      [...store.all(one.kind)].slice(0, one.keep).map((object) => structuredClone(object)),
    );
  } else if (one.do === 'learn') store.setKnowledge(one.kind, one.knowledge, one.namespace);
}

/** The same cluster, learned in another order. */
function copyBackwards(store: ObjectStore): ObjectStore {
  const copy = createObjectStore();
  for (const kind of KIND_IDS) {
    const { all, namespaces } = store.knowledgeOf(kind);
    copy.setKnowledge(kind, all);
    for (const [namespace, knowledge] of namespaces) copy.setKnowledge(kind, knowledge, namespace);
    for (const object of [...store.all(kind)].reverse()) copy.upsert(kind, structuredClone(object));
  }
  return copy;
}

// The machine may be busy with other tests.
const PATIENCE_OF_TESTS = { timeout: 60_000 };

describe('the incremental engine', PATIENCE_OF_TESTS, () => {
  it('says what a fresh engine says, after any sequence of changes', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
        const store = storeOf();
        const engine = createEngine({ scenarios: PROBING, store });
        let now = 0;
        const compare = (): void => {
          const said = settle(engine, now);
          expect(said).toEqual(settle(createEngine({ scenarios: PROBING, store }), now));
          expect(said).toEqual(
            settle(createEngine({ scenarios: PROBING, store: copyBackwards(store) }), now),
          );
        };
        for (const [index, one] of steps.entries()) {
          if (one.do === 'wait') now += one.ms;
          else if (one.do === 'diagnose') compare();
          else apply(store, one, index + 1);
        }
        compare();
      }),
      { numRuns: 150 },
    );
  });

  it('chains without circles, and effects say the same as causes', () => {
    fc.assert(
      fc.property(fc.array(object, { minLength: 5, maxLength: 60 }), (objects) => {
        const { findings } = settle(
          createEngine({ scenarios: PROBING, store: storeOf(objects) }),
          PATIENCE_MS,
        );
        const byId = new Map(findings.map((finding) => [finding.id, finding]));
        expect(byId.size).toBe(findings.length);
        for (const finding of findings) {
          const passed = new Set([finding.id]);
          for (let up = finding.rootCause; up !== null; up = byId.get(up)?.rootCause ?? null) {
            expect(passed.has(up)).toBe(false);
            expect(byId.has(up)).toBe(true);
            passed.add(up);
          }
          for (const effect of finding.effects) expect(byId.get(effect)?.rootCause).toBe(finding.id);
          if (finding.rootCause !== null) expect(byId.get(finding.rootCause)?.effects).toContain(finding.id);
        }
      }),
      { numRuns: 200 },
    );
  });
});
