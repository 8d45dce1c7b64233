/** Makes findings about a fabric as a whole, with the same id in every process. */
import { findingId } from '../diagnosis/finding-id.ts';
import type { Diagnosis, Evidence, Finding } from '../model/finding.ts';
import type { Ref } from '../model/ref.ts';
import { fabricRef } from './words.ts';

/** What a connection finding says; certain and terminal unless told. */
export type FabricDiagnosis = Omit<Diagnosis, 'confidence' | 'evidence'> & {
  readonly scenario: string;
  readonly confidence?: Diagnosis['confidence'];
  readonly evidence: readonly Omit<Evidence, 'ref'>[];
};

/** A finding whose subject is the fabric. Its id depends on scenario, fabric and part alone. */
export function fabricFinding(fabric: string, diagnosis: FabricDiagnosis): Finding {
  const subject: Ref = fabricRef(fabric);
  const { scenario, evidence, confidence = 'high', terminal = true, ...rest } = diagnosis;
  return {
    ...rest,
    id: findingId({ scenario, subject, part: diagnosis.part }),
    scenario,
    subject,
    confidence,
    terminal,
    evidence: evidence.map((each) => ({ ref: subject, ...each })),
    members: [],
    rootCause: null,
    effects: [],
    notChecked: [],
    status: 'active',
  };
}

/** The two findings with `effect` hung below `root`. */
export function linkEffect(root: Finding, effect: Finding): [root: Finding, effect: Finding] {
  return [
    { ...root, effects: [...root.effects, effect.id] },
    { ...effect, rootCause: root.id },
  ];
}
