/** Writes an object as YAML for the drawer and finds the lines that findings point at. */
import { Document, isMap, LineCounter, parseDocument } from 'yaml';
import type { YamlMark } from '../../shared/ipc.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { SEVERITIES } from '../../shared/model/finding.ts';
import type { KubeObject } from '../../shared/model/kube.ts';
import type { Ref } from '../../shared/model/ref.ts';
import { offsetOfPath } from './field-path.ts';

/** Above this length (characters) no marks are looked for: parsing the text again would block the main process. */
const MARKS_LIMIT = 200_000;

/** Identity first, the long data last, the rest as the server sends it. */
const FIRST = ['apiVersion', 'kind', 'metadata'];
const LAST = ['status'];

function orderFields(object: KubeObject): Record<string, unknown> {
  const rest = Object.keys(object).filter((key) => !FIRST.includes(key) && !LAST.includes(key));
  const keys = [...FIRST, ...rest, ...LAST].filter((key) => Object.hasOwn(object, key));
  return Object.fromEntries(keys.map((key) => [key, object[key]]));
}

/** YAML of an object as it is read here: without `metadata.managedFields`, as a comment in it says. */
export function toYaml(object: KubeObject): string {
  const { managedFields: _left, ...metadata } = object.metadata as KubeObject['metadata'] & {
    managedFields?: unknown;
  };
  const document = new Document(orderFields({ ...object, metadata }), {
    aliasDuplicateObjects: false,
    // kubectl reads YAML 1.1: a plain `no` or time would not come back as the string it is.
    version: '1.1',
  });
  const node = document.get('metadata', true);
  if (isMap(node)) node.comment = ' managedFields are left out';
  return document.toString({ lineWidth: 0 });
}

/** Whether two references name the same object; a uid decides where both have one. */
export function isSameObject(a: Ref, b: Ref): boolean {
  if (a.uid !== undefined && b.uid !== undefined) return a.uid === b.uid;
  return a.kind === b.kind && a.name === b.name && a.namespace === b.namespace;
}

/**
 * The lines of `yaml` that the evidence of `findings` about `ref` points at, in line order; one mark per line and
 * finding. Empty for a text above 200,000 characters.
 */
export function findMarks(yaml: string, ref: Ref, findings: readonly Finding[]): YamlMark[] {
  const claims = findings.flatMap((finding) =>
    finding.evidence
      .filter(
        (evidence) => evidence.path !== 'log' && evidence.path !== 'event' && isSameObject(evidence.ref, ref),
      )
      .map((evidence) => ({ finding, evidence })),
  );
  if (claims.length === 0 || yaml.length > MARKS_LIMIT) return [];
  const lines = new LineCounter();
  const root = parseDocument(yaml, { lineCounter: lines, version: '1.1' }).contents;
  const marks = new Map<string, YamlMark>();
  for (const { finding, evidence } of claims) {
    const offset = offsetOfPath(root, evidence.path);
    if (offset === undefined) continue;
    const { line } = lines.linePos(offset);
    const key = `${line} ${finding.id}`;
    if (!marks.has(key)) {
      marks.set(key, { line, severity: finding.severity, finding: finding.id, why: evidence.why });
    }
  }
  return [...marks.values()].sort(
    (a, b) => a.line - b.line || SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  );
}
