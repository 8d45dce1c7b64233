// Findings for tests: only what a test is about is named.
import type { BlindSpot, Finding } from '../../shared/model/finding.ts';
import type { FabricSummary, LinkState } from '../../shared/model/fabric.ts';
import type { Ref } from '../../shared/model/ref.ts';

export function makeRef(
  kind: string,
  name: string,
  namespace?: string,
  uid: string | null = `${kind}-${name}`,
): Ref {
  return {
    apiVersion: 'v1',
    kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === null ? {} : { uid }),
  };
}

export function makeFinding(id: string, more: Partial<Finding> = {}): Finding {
  return {
    id,
    scenario: 'pod/crash-loop-back-off',
    severity: 'high',
    subject: makeRef('Pod', id, 'shop'),
    summary: `Pod shop/${id} restarts`,
    cause: 'It exits.',
    advice: 'Read its log.',
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

/** Findings by id, with `effects` filled in from `rootCause`. */
export function linkFindings(...findings: readonly Finding[]): Map<string, Finding> {
  return new Map(
    findings.map((finding) => [
      finding.id,
      { ...finding, effects: findings.filter((one) => one.rootCause === finding.id).map((one) => one.id) },
    ]),
  );
}

export function makeBlindSpot(more: Partial<BlindSpot> = {}): BlindSpot {
  return {
    kind: 'Secret',
    group: '',
    resource: 'secrets',
    verb: 'list',
    reason: 'The server refuses list on secrets.',
    fix: 'Ask for list on secrets.',
    scenarios: ['pod/secret-missing'],
    ...more,
  };
}

export function makeLink(phase: LinkState['phase'], more: Partial<LinkState> = {}): LinkState {
  return { phase, since: 0, watches: { total: 10, live: 10, denied: 0, stale: 0 }, ...more };
}

export function makeFabric(id: string, link: LinkState, more: Partial<FabricSummary> = {}): FabricSummary {
  return {
    id,
    signIn: 'token',
    source: 'config',
    current: false,
    insecureTls: false,
    origin: 'kubeconfig',
    colour: 'none',
    environment: '',
    guard: { state: 'locked' },
    identity: 'pinned',
    link,
    counts: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
    blindSpots: 0,
    ...more,
  };
}
