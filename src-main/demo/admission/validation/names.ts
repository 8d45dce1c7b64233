/** What names, labels and ports must look like, with the API server's sentences (Kubernetes: Object Names and IDs, Labels). */

/** Says what is wrong with a text; nothing if it is right. */
export type Format = (value: string) => readonly string[];

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';
const KEY = '[-._a-zA-Z0-9]+';

const LABEL_PATTERN = new RegExp(`^${LABEL}$`);
const SUBDOMAIN_PATTERN = new RegExp(`^${SUBDOMAIN}$`);
const LABEL_1035_PATTERN = new RegExp(`^${LABEL_1035}$`);
const QUALIFIED_PATTERN = new RegExp(`^${QUALIFIED}$`);
const LABEL_VALUE_PATTERN = new RegExp(`^${LABEL_VALUE}$`);
const KEY_PATTERN = new RegExp(`^${KEY}$`);
const WILDCARD = `\\*\\.${SUBDOMAIN}`;
const WILDCARD_PATTERN = new RegExp(`^${WILDCARD}$`);
const HEADER_PATTERN = /^[-A-Za-z0-9]+$/;

const LABEL_LIMIT = 63;
const SUBDOMAIN_LIMIT = 253;
const PORT_NAME_LIMIT = 15;

export const NONE: readonly string[] = [];

/** The two parts of the API server count in the same way and say it in different words. */
function longerThan(value: string, limit: number, unit = 'characters'): readonly string[] {
  return Buffer.byteLength(value) > limit ? [`must be no more than ${limit} ${unit}`] : NONE;
}

function pattern(sentence: string, regex: string, ...examples: readonly string[]): string {
  const given = examples.length === 0 ? '' : `e.g. ${examples.map((one) => `'${one}', `).join(' or ')}`;
  return `${sentence} (${given}regex used for validation is '${regex}')`;
}

const IS_LABEL = pattern(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  LABEL,
  'my-name',
  '123-abc',
);
const IS_SUBDOMAIN = pattern(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  SUBDOMAIN,
  'example.com',
);
const IS_1035 = pattern(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  LABEL_1035,
  'my-name',
  'abc-123',
);
const IS_QUALIFIED = pattern(
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  QUALIFIED,
  'MyName',
  'my.name',
  '123-abc',
);
const IS_LABEL_VALUE = pattern(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  LABEL_VALUE,
  'MyValue',
  'my_value',
  '12345',
);
const IS_KEY = pattern(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  KEY,
  'key.name',
  'KEY_NAME',
  'key-name',
);
const IS_WILDCARD = pattern(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  WILDCARD,
  '*.example.com',
);
const IS_HEADER = pattern(
  "a valid HTTP header must consist of alphanumeric characters or '-'",
  '[-A-Za-z0-9]+',
  'X-Header-Name',
);

/** Patterns run on short texts alone: a long one is refused for its length, and matched in its beginning. */
function matches(regex: RegExp, value: string): boolean {
  return value.length <= 2 * SUBDOMAIN_LIMIT && regex.test(value);
}

export const dnsLabel: Format = (value) => {
  if (matches(LABEL_PATTERN, value) && value.length <= LABEL_LIMIT) return NONE;
  const long = longerThan(value, LABEL_LIMIT);
  if (matches(LABEL_PATTERN, value)) return long;
  return [...long, matches(SUBDOMAIN_PATTERN, value) ? 'must not contain dots' : IS_LABEL];
};

export const dnsSubdomain: Format = (value) => {
  if (value.length <= SUBDOMAIN_LIMIT && SUBDOMAIN_PATTERN.test(value)) return NONE;
  return [
    ...longerThan(value, SUBDOMAIN_LIMIT),
    ...(matches(SUBDOMAIN_PATTERN, value) ? NONE : [IS_SUBDOMAIN]),
  ];
};

export const dns1035Label: Format = (value) => {
  if (value.length <= LABEL_LIMIT && LABEL_1035_PATTERN.test(value)) return NONE;
  return [...longerThan(value, LABEL_LIMIT), ...(matches(LABEL_1035_PATTERN, value) ? NONE : [IS_1035])];
};

export const wildcardSubdomain: Format = (value) => [
  ...longerThan(value, SUBDOMAIN_LIMIT),
  ...(matches(WILDCARD_PATTERN, value) ? NONE : [IS_WILDCARD]),
];

/** A name that is one segment of a URL's path: roles, bindings. */
export const pathSegment: Format = (value) => {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((mark) => value.includes(mark)).map((mark) => `may not contain '${mark}'`);
};

/** A label's or annotation's key, a finalizer, a resource's name: an optional domain and a name. */
export const qualifiedName: Format = (value) => {
  const parts = value.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2) {
    const rest = IS_QUALIFIED.slice('name part '.length);
    return [
      `a valid label key ${rest} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = second ?? first;
  const faults: string[] = [];
  if (second !== undefined) {
    if (first === '') faults.push('prefix part must be non-empty');
    else
      for (const fault of dnsSubdomain(first))
        faults.push(`prefix part ${fault.replace(/ characters$/, ' bytes')}`);
  }
  if (name === '') faults.push('name part must be non-empty');
  else if (Buffer.byteLength(name) > LABEL_LIMIT)
    faults.push(`name part must be no more than ${LABEL_LIMIT} bytes`);
  if (!matches(QUALIFIED_PATTERN, name)) faults.push(IS_QUALIFIED);
  return faults;
};

export const labelValue: Format = (value) => [
  ...longerThan(value, LABEL_LIMIT, 'bytes'),
  ...(matches(LABEL_VALUE_PATTERN, value) ? NONE : [IS_LABEL_VALUE]),
];

/** A key of a ConfigMap or Secret. */
export const configKey: Format = (value) => {
  const faults = [...longerThan(value, SUBDOMAIN_LIMIT), ...(matches(KEY_PATTERN, value) ? NONE : [IS_KEY])];
  if (value === '.' || value === '..') faults.push(`must not be '${value}'`);
  else if (value.startsWith('..')) faults.push("must not start with '..'");
  return faults;
};

export const portName: Format = (value) => {
  const faults = [...longerThan(value, PORT_NAME_LIMIT)];
  if (!/^[-a-z0-9]+$/.test(value)) {
    faults.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(value)) faults.push('must contain at least one letter (a-z)');
  if (value.includes('--')) faults.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) faults.push('must not begin or end with a hyphen');
  return value === '' ? faults.slice(0, 2) : faults;
};

/** The name of an environment variable: printable ASCII without `=`. */
export const environmentName: Format = (value) =>
  /^[ -<>-~]*$/.test(value)
    ? NONE
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];

export const headerName: Format = (value) => (matches(HEADER_PATTERN, value) ? NONE : [IS_HEADER]);

/** An absolute URL's host, or an IP address, in the strict notation. */
export function isIpAddress(value: string): boolean {
  return isIpV4(value) || isIpV6(value);
}

export function isIpV4(value: string): boolean {
  const parts = value.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

export function isIpV6(value: string): boolean {
  return value.length <= 45 && value.includes(':') && URL.canParse(`http://[${value}]/`);
}

/** `must be between … and …, inclusive`. */
export function between(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

/** Whether a port's number is one. */
export const portNumber = (value: number): readonly string[] =>
  Number.isInteger(value) && value >= 1 && value <= 65_535 ? NONE : [between(1, 65_535)];
