/** The filter of the triage list: words and tokens such as `ns:shop`, `kind:pod`, `severity:high`. */
import type { Finding, FindingId } from '../../../shared/model/finding.ts';
import type { Ref } from '../../../shared/model/ref.ts';

type Field = 'ns' | 'kind' | 'name' | 'severity' | 'scenario';

const FIELDS: Readonly<Record<string, Field>> = {
  ns: 'ns',
  namespace: 'ns',
  kind: 'kind',
  name: 'name',
  severity: 'severity',
  scenario: 'scenario',
};

interface Term {
  readonly field: Field | undefined;
  readonly text: string;
}

function parse(query: string): readonly Term[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => {
      const at = word.indexOf(':');
      const field =
        at > 0 && Object.hasOwn(FIELDS, word.slice(0, at)) ? FIELDS[word.slice(0, at)] : undefined;
      return field === undefined ? { field, text: word } : { field, text: word.slice(at + 1) };
    });
}

function refsOf(finding: Finding): readonly Ref[] {
  return [finding.subject, ...finding.members];
}

function matchesTerm(finding: Finding, { field, text }: Term): boolean {
  const has = (value: string | undefined): boolean =>
    value !== undefined && value.toLowerCase().includes(text);
  switch (field) {
    case 'ns':
      return refsOf(finding).some((ref) => has(ref.namespace));
    case 'kind':
      return refsOf(finding).some((ref) => has(ref.kind));
    case 'name':
      return refsOf(finding).some((ref) => has(ref.name));
    case 'severity':
      return finding.severity.startsWith(text);
    case 'scenario':
      return has(finding.scenario);
    case undefined:
      return (
        has(finding.summary) ||
        has(finding.scenario) ||
        has(finding.part) ||
        refsOf(finding).some((ref) => has(ref.name) || has(ref.namespace) || has(ref.kind))
      );
  }
}

/** A test for finding ids; every word must match. Undefined for an empty query, which matches all. */
export function compileFilter(
  query: string,
  find: (id: FindingId) => Finding | undefined,
): ((id: FindingId) => boolean) | undefined {
  const terms = parse(query);
  if (terms.length === 0) return undefined;
  return (id) => {
    const finding = find(id);
    return finding !== undefined && terms.every((term) => matchesTerm(finding, term));
  };
}
