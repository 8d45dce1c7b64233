/** Findings appear and go with a delay, nothing resolves while the link is stale, and chains stay whole. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  existsIn,
  NO_MEMORY,
  stepHysteresis,
  type HysteresisState,
} from '../../../shared/diagnosis/hysteresis.ts';
import type { DiagnosisResult, Finding, Severity } from '../../../shared/model/finding.ts';
import { build } from '../objects.ts';
import { storeOf } from '../stores.ts';

const SECOND = 1000;

function finding(id: string, more: Partial<Finding> = {}): Finding {
  return {
    id,
    scenario: 'x/y',
    subject: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: id, uid: `uid-${id}` },
    severity: 'high',
    summary: id,
    cause: '',
    advice: '',
    evidence: [],
    confidence: 'high',
    members: [],
    rootCause: null,
    effects: [],
    notChecked: [],
    status: 'active',
    ...more,
  };
}

function answer(...findings: Finding[]): DiagnosisResult {
  return { findings, blindSpots: [], complete: true, checks: { ran: 1, total: 1 } };
}

/** Steps through observations, and tells each finding shown as `id status`. */
class Player {
  #state: HysteresisState = NO_MEMORY;
  result: DiagnosisResult = answer();
  nextAt: number | undefined;
  gone = new Set<string>();

  step(now: number, observed: DiagnosisResult, stale = false): string[] {
    const exists = ({ name }: { name: string }): boolean => !this.gone.has(name);
    const { state, result, nextAt } = stepHysteresis(this.#state, observed, { now, stale, exists });
    this.#state = state;
    this.result = result;
    this.nextAt = nextAt;
    return result.findings.map(({ id, status }) => `${id} ${status}`);
  }
}

const sure = finding('sure', { terminal: true });
const passing = finding('passing');

describe('appearing', () => {
  it('is at once for what cannot pass, and with the second look for the rest', () => {
    const player = new Player();
    expect(player.step(0, answer(sure, passing))).toEqual(['sure active']);
    expect(player.nextAt).toBe(SECOND);
    expect(player.step(999, answer(sure, passing))).toEqual(['sure active']);
    expect(player.step(SECOND, answer(sure, passing))).toEqual(['sure active', 'passing active']);
    expect(player.nextAt).toBeUndefined();
  });

  it('begins anew after a gap', () => {
    const player = new Player();
    player.step(0, answer(passing));
    player.step(500, answer());
    expect(player.step(SECOND, answer(passing))).toEqual([]);
    expect(player.step(2 * SECOND, answer(passing))).toEqual(['passing active']);
  });
});

describe('going', () => {
  it('takes 30 s without being seen, which are told', () => {
    const player = new Player();
    player.step(0, answer(sure));
    expect(player.step(10 * SECOND, answer())).toEqual(['sure clearing']);
    expect(player.nextAt).toBe(40 * SECOND);
    expect(player.step(40 * SECOND - 1, answer())).toEqual(['sure clearing']);
    expect(player.step(40 * SECOND, answer())).toEqual([]);
  });

  it('is called off when it is seen again, without a new delay', () => {
    const player = new Player();
    const shown = finding('passing');
    player.step(0, answer(shown));
    player.step(SECOND, answer(shown));
    player.step(2 * SECOND, answer());
    expect(player.step(20 * SECOND, answer(shown))).toEqual(['passing active']);
    player.step(21 * SECOND, answer());
    expect(player.step(50 * SECOND, answer())).toEqual(['passing clearing']);
    expect(player.step(51 * SECOND, answer())).toEqual([]);
  });

  it('is at once when the subject and all members are gone', () => {
    const member = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'member', uid: 'm' };
    const player = new Player();
    player.step(0, answer(finding('group', { terminal: true, members: [member] }), sure));
    player.gone = new Set(['group', 'sure']);
    expect(player.step(SECOND, answer())).toEqual(['group clearing']);
    player.gone.add('member');
    expect(player.step(2 * SECOND, answer())).toEqual([]);
  });
});

describe('a stale link', () => {
  it('makes everything unverified and resolves nothing, not even what is gone', () => {
    const player = new Player();
    player.step(0, answer(sure));
    player.gone = new Set(['sure']);
    expect(player.step(SECOND, answer(), true)).toEqual(['sure unverified']);
    expect(player.step(100 * SECOND, answer(), true)).toEqual(['sure unverified']);
    expect(player.nextAt).toBeUndefined();
  });

  it('starts the quiet time only when the link is back', () => {
    const player = new Player();
    player.step(0, answer(sure));
    player.step(SECOND, answer());
    player.step(2 * SECOND, answer(), true);
    expect(player.step(60 * SECOND, answer())).toEqual(['sure clearing']);
    expect(player.step(90 * SECOND, answer())).toEqual([]);
  });

  it('says so of what it still sees', () => {
    const player = new Player();
    player.step(0, answer(sure));
    expect(player.step(SECOND, answer(sure), true)).toEqual(['sure unverified']);
    expect(player.step(2 * SECOND, answer(sure))).toEqual(['sure active']);
  });
});

describe('chains', () => {
  const root = finding('root', { effects: ['middle'] });
  const middle = finding('middle', { rootCause: 'root', effects: ['leaf'], terminal: true });
  const leaf = finding('leaf', { rootCause: 'middle', terminal: true });

  it('skip what is not shown yet', () => {
    const player = new Player();
    player.step(0, answer(root, { ...middle, terminal: false }, leaf));
    expect(player.result.findings).toMatchObject([{ id: 'leaf', rootCause: null }]);
    player.step(SECOND, answer(root, { ...middle, terminal: false }, leaf));
    expect(player.result.findings).toMatchObject([
      { id: 'root', effects: ['middle'] },
      { id: 'middle', rootCause: 'root', effects: ['leaf'] },
      { id: 'leaf', rootCause: 'middle' },
    ]);
  });

  it('lead past a hidden link to the next shown one', () => {
    const player = new Player();
    player.step(0, answer({ ...root, terminal: true }, { ...middle, terminal: false }, leaf));
    expect(player.result.findings).toMatchObject([
      { id: 'root', effects: ['leaf'] },
      { id: 'leaf', rootCause: 'root' },
    ]);
  });

  it('stay while both ends are clearing', () => {
    const player = new Player();
    player.step(0, answer({ ...root, terminal: true, effects: ['leaf'] }, { ...leaf, rootCause: 'root' }));
    player.step(SECOND, answer());
    expect(player.result.findings).toMatchObject([
      { id: 'root', status: 'clearing', effects: ['leaf'] },
      { id: 'leaf', status: 'clearing', rootCause: 'root' },
    ]);
  });

  it('let an absent object go with the last finding it explains', () => {
    const absent = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'app' };
    const missing = finding('missing', { subject: absent, terminal: true, effects: ['leaf'] });
    const player = new Player();
    player.step(0, answer(missing, { ...leaf, rootCause: 'missing' }));
    expect(player.step(SECOND, answer())).toEqual(['missing clearing', 'leaf clearing']);
    player.gone = new Set(['leaf']);
    expect(player.step(2 * SECOND, answer())).toEqual([]);
  });
});

describe('what is shown', () => {
  it('keeps the order of the engine, with what is clearing behind its severity', () => {
    const of = (id: string, severity: Severity) => finding(id, { severity, terminal: true });
    const player = new Player();
    player.step(0, answer(of('a', 'critical'), of('b', 'high'), of('c', 'medium')));
    expect(player.step(SECOND, answer(of('z', 'high'), of('c', 'medium')))).toEqual([
      'a clearing',
      'z active',
      'b clearing',
      'c active',
    ]);
  });

  it('is the same object while it says the same', () => {
    const player = new Player();
    player.step(0, answer(sure));
    const [shown] = player.result.findings;
    player.step(SECOND, answer(sure));
    expect(player.result.findings[0]).toBe(shown);
  });

  it('passes blind spots on untouched', () => {
    const spots = { ...answer(sure), complete: false, blindSpots: [{ kind: 'Pod' }] as never };
    const player = new Player();
    player.step(0, spots);
    expect(player.result).toMatchObject({ complete: false, blindSpots: [{ kind: 'Pod' }] });
  });

  it('has whole chains, no hidden and no doubled finding, whatever comes', () => {
    const ids = ['a', 'b', 'c', 'd'];
    // A cause has a later name than its effects, so the engine's own chains hold no circle.
    const one = fc
      .record({ present: fc.boolean(), cause: fc.nat(3), terminal: fc.boolean() })
      .map(({ present, cause, terminal }) => (index: number): Finding[] => {
        const id = ids[index] ?? '';
        return present
          ? [finding(id, { terminal, rootCause: cause > index ? (ids[cause] ?? null) : null })]
          : [];
      });
    const observed = fc.tuple(one, one, one, one).map((all) => {
      const findings = all.flatMap((make, index) => make(index));
      const there = new Set(findings.map(({ id }) => id));
      return answer(
        ...findings.map((each) => ({
          ...each,
          rootCause: there.has(each.rootCause ?? '') ? each.rootCause : null,
        })),
      );
    });
    const moment = fc.record({
      observed,
      after: fc.constantFrom(100, 1000, 15_000, 40_000),
      stale: fc.boolean(),
      gone: fc.subarray(ids),
    });
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 15 }), (moments) => {
        const player = new Player();
        let now = 0;
        for (const { observed: seen, after, stale, gone } of moments) {
          now += after;
          player.gone = new Set(gone);
          player.step(now, seen, stale);
          const { findings } = player.result;
          const shown = new Map(findings.map((each) => [each.id, each]));
          expect(shown.size).toBe(findings.length);
          for (const each of seen.findings) if (each.terminal === true) expect(shown.has(each.id)).toBe(true);
          for (const { id, rootCause, effects, status } of findings) {
            const passed = new Set([id]);
            for (let up = rootCause; up !== null; up = shown.get(up)?.rootCause ?? null) {
              expect(shown.has(up) && !passed.has(up)).toBe(true);
              passed.add(up);
            }
            for (const effect of effects) expect(shown.get(effect)?.rootCause).toBe(id);
            if (rootCause !== null) expect(shown.get(rootCause)?.effects).toContain(id);
            expect(status === 'unverified').toBe(stale);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('existsIn', () => {
  it('looks by uid, else by name, and knows nothing of kinds that are not stored', () => {
    const exists = existsIn(storeOf([build('Pod', 'p')]).view);
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'p' };
    expect([exists({ ...ref, uid: 'pod-p' }), exists({ ...ref, uid: 'older' }), exists(ref)]).toEqual([
      true,
      false,
      true,
    ]);
    expect([
      exists({ ...ref, name: 'q' }),
      exists({ ...ref, kind: 'Rollout' }),
      exists({ ...ref, kind: 'constructor' }),
    ]).toEqual([false, false, false]);
  });
});
