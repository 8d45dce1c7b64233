/** That the incidents recorded on a real cluster, applied to a demo world, give the same diagnoses there. */
import { readFileSync, readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Finding } from '../../../../shared/model/finding.ts';
import { create } from '../../../../src-main/demo/fabrics/change.ts';
import type { DraftObject } from '../../../../src-main/demo/model.ts';
import { play } from './live-fabric.ts';
import { nameOf } from './run-diagnosis.ts';

const FOLDER = new URL('../../../cluster/incidents/', import.meta.url);
const MINUTE = 60_000;

/** These need a registry that refuses or fails in its own way; the demo's only knows what exists. */
const OWN_REGISTRY = ['image-rate-limited', 'image-registry-unreachable', 'image-unauthorised'];

/** Roots by incident, whose namespace has its name: `scenario Kind name`. */
const ROOTS: Readonly<Record<string, readonly string[]>> = {
  'configmap-missing': [
    'config/configmap-missing ConfigMap payment-config',
    'config/configmap-missing Deployment env-key',
    'config/configmap-missing Deployment volume-key',
  ],
  'crash-loop': ['pod/crash-loop-back-off Deployment orders'],
  'crash-loop-command-not-found': ['pod/crash-loop-back-off Deployment reports'],
  'crash-loop-completed': ['pod/crash-loop-back-off Deployment migrate'],
  healthy: [],
  'image-invalid-name': ['image/not-found Deployment typo'],
  'image-never-pull': ['image/not-found Deployment local'],
  'image-not-found': ['image/not-found Deployment web'],
  'init-failing': ['pod/crash-loop-back-off Deployment shop'],
  'liveness-kill': ['pod/crash-loop-back-off Deployment gateway'],
  'oom-killed': ['pod/oom-killed Deployment cache'],
  'readiness-failed': ['rollout/unavailable Deployment search'],
  'secret-missing': [
    'config/secret-missing Deployment env-key',
    'config/secret-missing Deployment volume-key',
    'config/secret-missing Secret payment-credentials',
  ],
  'service-pods-crash': ['pod/crash-loop-back-off Deployment cart'],
  'service-selector-mismatch': ['net/service-selector-mismatch Service catalog'],
  'sigkill-not-oom': ['pod/sigkill-not-oom Deployment worker'],
  'start-error': [
    'pod/crash-loop-back-off Deployment no-such-program',
    'pod/crash-loop-back-off Deployment not-executable',
  ],
  unschedulable: [
    'rollout/unavailable Deployment needs-label',
    'sched/insufficient-resources Deployment needs-cpu',
    'sched/insufficient-resources Deployment needs-memory',
  ],
};

const INCIDENTS = readdirSync(FOLDER)
  .map((file) => file.replace(/\.yaml$/, ''))
  .filter((name) => !OWN_REGISTRY.includes(name))
  .sort();

function objectsOf(incident: string): DraftObject[] {
  const text = readFileSync(new URL(`${incident}.yaml`, FOLDER), 'utf8');
  const documents = parseAllDocuments(text.replaceAll('${REGISTRY}', 'registry.demo.internal'));
  return documents.map((document) => document.toJSON() as DraftObject);
}

describe('the recorded incidents on a demo world', () => {
  let findings: readonly Finding[] = [];

  beforeAll(() => {
    const live = play('demo-lab');
    for (const object of INCIDENTS.flatMap(objectsOf)) create(live.registry, object);
    live.pass(15 * MINUTE);
    findings = live.diagnose().findings;
  });

  it('are all known here', () => {
    expect(INCIDENTS).toEqual(Object.keys(ROOTS).sort());
  });

  it.each(INCIDENTS)('%s', (incident) => {
    const roots = findings
      .filter(({ rootCause, subject }) => rootCause === null && subject.namespace === incident)
      .map((finding) => nameOf(finding).replace(`${incident}/`, ''));
    expect(roots.sort()).toEqual(ROOTS[incident]);
  });
});
