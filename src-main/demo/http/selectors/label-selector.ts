/** Parses label selectors of list and watch requests and says which objects they match, with the API server's own complaints. */
import { badRequest } from '../../status-error.ts';
import { tokenize, type Token } from './label-lexer.ts';

export interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | '=' | '==' | '!=' | '>' | '<' | 'exists' | '!';
  readonly values: readonly string[];
}

type Labels = Readonly<Record<string, string>>;

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const COMPLAINTS = {
  name: "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  value:
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  prefix:
    "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  shape:
    "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
} as const;

function keyFaults(key: string): string[] {
  const parts = key.split('/');
  if (parts.length > 2) return [COMPLAINTS.shape];
  const faults: string[] = [];
  const name = parts.at(-1) ?? '';
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    if (prefix === '') faults.push('prefix part must be non-empty');
    else if (prefix.length > 253) faults.push('prefix part must be no more than 253 bytes');
    else if (!PREFIX.test(prefix)) faults.push(COMPLAINTS.prefix);
  }
  if (name === '') faults.push('name part must be non-empty');
  else if (name.length > 63) faults.push('name part must be no more than 63 bytes');
  if (!NAME.test(name)) faults.push(COMPLAINTS.name);
  return faults;
}

function refuse(text: string): never {
  throw badRequest(text);
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  /** `in` and `notin` are words like any other except where an operator stands. */
  #look(operators = false): Token {
    const token = this.#tokens[this.#at] ?? { type: 'end', text: '' };
    const word = token.text === 'in' || token.text === 'notin';
    return word && !operators ? { type: 'identifier', text: token.text } : token;
  }

  #take(operators = false): Token {
    const token = this.#look(operators);
    this.#at += 1;
    return token;
  }

  #values(): readonly string[] {
    const open = this.#take();
    if (open.text !== '(') refuse(`unable to parse requirement: found '${open.text}' expected: '('`);
    const first = this.#look();
    if (first.text === ')') {
      this.#take();
      return [''];
    }
    if (first.type !== 'identifier' && first.text !== ',')
      refuse(`unable to parse requirement: found '${first.text}', expected: ',', ')' or identifier`);
    const values = this.#identifiers();
    this.#take();
    return [...values].sort();
  }

  #identifiers(): Set<string> {
    const values = new Set<string>();
    for (;;) {
      const token = this.#take();
      const next = this.#look();
      if (token.type === 'identifier') {
        values.add(token.text);
        if (next.text === ',') continue;
        if (next.text === ')') return values;
        refuse(`unable to parse requirement: found '${next.text}', expected: ',' or ')'`);
      }
      if (token.text !== ',')
        refuse(`unable to parse requirement: found '${token.text}', expected: ',', or identifier`);
      if (values.size === 0) values.add('');
      if (next.text === ')') return values.add('');
      if (next.text === ',') {
        this.#take();
        values.add('');
      }
    }
  }

  #exactValue(): readonly string[] {
    const next = this.#look();
    if (next.type === 'end' || next.text === ',') return [''];
    const token = this.#take();
    if (token.type === 'identifier') return [token.text];
    return refuse(`unable to parse requirement: found '${token.text}', expected: identifier`);
  }

  #requirement(): Requirement {
    let token = this.#take();
    const absent = token.text === '!' && token.type === 'operator';
    if (absent) token = this.#take();
    if (token.type !== 'identifier')
      refuse(`unable to parse requirement: found '${token.text}', expected: identifier`);
    const key = token.text;
    const faults = keyFaults(key);
    if (faults.length > 0)
      refuse(
        `unable to parse requirement: <nil>: Invalid value: ${JSON.stringify(key)}: ${faults.join('; ')}`,
      );
    if (absent) return { key, operator: '!', values: [] };
    const next = this.#look();
    if (next.type === 'end' || next.text === ',') return { key, operator: 'exists', values: [] };
    const operator = this.#take(true).text;
    switch (operator) {
      case 'in':
      case 'notin':
        return { key, operator, values: this.#values() };
      case '=':
      case '==':
      case '!=':
      case '>':
      case '<':
        return { key, operator, values: this.#exactValue() };
      default:
        return refuse(
          `unable to parse requirement: found '${operator}', expected: in, notin, =, ==, !=, gt, lt`,
        );
    }
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const token = this.#look();
      if (token.type === 'end') return requirements;
      if (token.type !== 'identifier' && token.text !== '!')
        refuse(`found '${token.text}', expected: !, identifier, or 'end of string'`);
      const requirement = this.#requirement();
      checkValues(requirement);
      requirements.push(requirement);
      const after = this.#take();
      if (after.type === 'end') return requirements;
      if (after.text !== ',') refuse(`found '${after.text}', expected: ',' or 'end of string'`);
      const next = this.#look();
      if (next.type !== 'identifier' && next.text !== '!')
        refuse(`found '${next.text}', expected: identifier after ','`);
    }
  }
}

function checkValues({ key, operator, values }: Requirement): void {
  values.forEach((value, index) => {
    const where = `unable to parse requirement: values[${index}]`;
    if ((operator === '>' || operator === '<') && !/^[-+]?\d+$/.test(value))
      refuse(
        `${where}: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
      );
    const invalid = `${where}[${key}]: Invalid value: ${JSON.stringify(value)}`;
    if (value.length > 63) refuse(`${invalid}: must be no more than 63 bytes`);
    if (!VALUE.test(value)) refuse(`${invalid}: ${COMPLAINTS.value}`);
  });
}

function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  const [wanted = ''] = values;
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'in':
    case '=':
    case '==':
      return value !== undefined && values.includes(value);
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value);
    case '>':
    case '<': {
      if (value === undefined || !/^[-+]?\d+$/.test(value)) return false;
      return operator === '>' ? Number(value) > Number(wanted) : Number(value) < Number(wanted);
    }
  }
}

/** Throws 400 in the API server's words when the selector cannot be read. An empty selector has no requirements. */
export function parseLabelSelector(text: string): readonly Requirement[] {
  return new Parser(text).parse();
}

/** True if the labels meet every requirement. */
export function matchesLabels(requirements: readonly Requirement[], labels: Labels | undefined): boolean {
  return requirements.every((requirement) => holds(requirement, labels ?? {}));
}
