/** The table of refused writes: by which words the API server tells each, what that means and what to do. */
import type { AppError } from '../errors.ts';
import { clean, enumerate, quote } from '../scenarios/words.ts';

/** What kind of failure it is. */
export type WriteFailure =
  | 'exists'
  | 'exists-equal'
  | 'exists-different'
  | 'changed-meanwhile'
  | 'managed-by-others'
  | 'namespace-missing'
  | 'namespace-terminating'
  | 'object-missing'
  | 'not-served'
  | 'quota'
  | 'escalation'
  | 'rbac'
  | 'admission-denied'
  | 'admission-down'
  | 'immutable'
  | 'annotations-too-long'
  | 'too-large'
  | 'unknown-field'
  | 'schema'
  | 'credentials'
  | 'throttled'
  | 'unknown-outcome'
  | 'other';

/** What is known of the refusal. */
export interface Told {
  readonly error: AppError;
  /** The server's words. */
  readonly words: string;
  /** Status.reason. */
  readonly reason: string;
  /** Reasons of Status.details.causes. */
  readonly causes: readonly string[];
}

/** One way to be refused. */
export interface FailureRow {
  readonly failure: WriteFailure;
  readonly scenario?: string;
  readonly when: (told: Told) => boolean;
  readonly says: (told: Told) => string;
  readonly next: (told: Told) => string;
}

/** What the server says after the colon that ends `X is forbidden` and `X is invalid`. */
const core = (words: string) => clean(words.replace(/^.*? is (?:forbidden|invalid): /s, ''), 300);

const after = (words: string, pattern: RegExp, limit = 80) => clean(pattern.exec(words)?.[1], limit);

/** Managers and fields of `conflict with "m" using v1: .spec.replicas`, or of the list form below `conflicts with "m":`. */
export function readConflicts(words: string): { managers: string[]; fields: string[] } {
  const managers = [...words.matchAll(/conflicts? with "((?:[^"\\]|\\.)*)"/g)].map(([, name]) =>
    clean(name, 80),
  );
  const fields = [...words.matchAll(/(?:^- |: )(\.[^\n]+)/gm)].map(([, field]) => clean(field, 120));
  return { managers: [...new Set(managers)], fields: [...new Set(fields)] };
}

/** Fields of an invalid object: `spec.selector: Invalid value: …: field is immutable`. */
function invalidFields(words: string): string[] {
  const found = [
    ...words.matchAll(
      /(?:^|[[,:] ?)([A-Za-z][\w.[\]()-]*): (?:Invalid value|Required value|Unsupported value|Too long|Too many|Forbidden|Duplicate value|Not found)/g,
    ),
  ];
  return [...new Set(found.map(([, field]) => clean(field, 80)))];
}

const inFields = (words: string) => {
  const fields = invalidFields(words);
  return fields.length === 0 ? '' : ` in ${enumerate(fields, 3)}`;
};

const IMMUTABLE =
  /field is immutable|cannot change roleRef|may not change once set|updates to .* are forbidden/;

/** The first row that fits. Sentences follow what Kubernetes 1.35 answers; older words are matched as well. */
export const WRITE_FAILURES: readonly FailureRow[] = [
  {
    failure: 'exists',
    when: ({ reason, words, error }) =>
      reason === 'AlreadyExists' || (error.status === 409 && /already exists/.test(words)),
    says: ({ words }) => `An object of this name is there already: ${clean(words)}.`,
    next: () =>
      'Compare the two: if they are equal nothing is left to do, otherwise choose another name or edit the one that is there.',
  },
  {
    failure: 'managed-by-others',
    when: ({ causes, words }) =>
      causes.includes('FieldManagerConflict') || /^Apply failed with \d+ conflict/.test(words),
    says: ({ words }) => {
      const { managers, fields } = readConflicts(words);
      return `Other managers own what would be changed: ${enumerate(managers, 3) || 'the server does not name them'}${fields.length === 0 ? '' : ` (${enumerate(fields, 3)})`}.`;
    },
    next: ({ words }) =>
      `Make the change where ${enumerate(readConflicts(words).managers, 2) || 'that manager'} makes its own, or take the fields over by force, knowing that it may set them back.`,
  },
  {
    failure: 'changed-meanwhile',
    when: ({ error, reason }) => reason === 'Conflict' || error.status === 409,
    says: () => 'The object was changed by somebody else since it was read.',
    next: () => 'Read it again, look at what changed, and repeat the change on the new version.',
  },
  {
    failure: 'namespace-terminating',
    when: ({ causes, words }) =>
      causes.includes('NamespaceTerminating') || /because it is being terminated/.test(words),
    says: ({ words }) =>
      `Namespace ${after(words, /in namespace (\S+) because/) || 'of the object'} is being deleted, and takes nothing new.`,
    next: () => 'Wait until it is gone and create it anew, or find out which finalizer holds it.',
  },
  {
    failure: 'quota',
    scenario: 'HH-K8S-025',
    when: ({ error, words }) =>
      error.status === 403 && /exceeded quota: |failed quota: |maximum .* usage per /.test(words),
    says: ({ words }) => `A quota of the namespace is used up: ${core(words)}.`,
    next: () => 'Remove what is no longer needed in the namespace, or raise the quota.',
  },
  {
    failure: 'escalation',
    scenario: 'HH-K8S-033',
    when: ({ words }) => /attempting to grant RBAC permissions not currently held/.test(words),
    says: ({ words }) =>
      `Nobody may grant more than they hold, and this user lacks ${after(words, /not currently held:\s*([\s\S]*)/, 200) || 'some of it'}.`,
    next: () => 'Hand the YAML to an administrator, or get the verbs escalate and bind on roles.',
  },
  {
    failure: 'admission-denied',
    scenario: 'webhook/denied',
    when: ({ words }) =>
      /admission webhook "[^"]*" denied the request|ValidatingAdmissionPolicy '[^']*'.* denied request|violates PodSecurity/.test(
        words,
      ),
    says: ({ words }) => `An admission rule of the cluster refuses it: ${quote(core(words), 240)}.`,
    next: ({ words }) =>
      `Change what ${after(words, /(admission webhook "[^"]*")/) || after(words, /(ValidatingAdmissionPolicy '[^']*')/) || 'the rule'} asks for, or ask its owner.`,
  },
  {
    failure: 'admission-down',
    scenario: 'webhook/backend-down',
    when: ({ words }) => /failed calling webhook/.test(words),
    says: ({ words }) =>
      `Admission webhook ${after(words, /failed calling webhook "([^"]*)"/) || 'of the cluster'} does not answer, so the server refuses: ${after(words, /: (?:Post "[^"]*": )([\s\S]*)$/, 160) || core(words)}.`,
    next: () =>
      'Bring the Service behind the webhook back; nothing that it guards can be written until then.',
  },
  {
    failure: 'rbac',
    scenario: 'HH-K8S-033',
    when: ({ error }) => error.status === 403 || error.code === 'forbidden',
    says: ({ error, words }) => {
      const { user, verb, resource, namespace } = error.details ?? {};
      if (user === undefined || verb === undefined) return `The server forbids it: ${core(words)}.`;
      const where = namespace === undefined ? 'in the cluster' : `in namespace ${clean(namespace, 64)}`;
      return `${clean(user, 120)} may not ${clean(verb, 20)} ${clean(resource, 80)} ${where}.`;
    },
    next: () => 'Hand the YAML to an administrator, or ask for a role that allows it.',
  },
  {
    failure: 'credentials',
    scenario: 'HH-K8S-002',
    when: ({ error }) =>
      error.status === 401 || error.code === 'unauthorized' || error.code === 'credentials-failed',
    says: () => 'The server does not accept the credentials any more.',
    next: () => 'Sign in again, then repeat it.',
  },
  {
    failure: 'namespace-missing',
    when: ({ error, words }) => error.status === 404 && /^namespaces "/.test(words),
    says: ({ words }) => `Namespace ${after(words, /^namespaces "([^"]*)"/)} is not there.`,
    next: () => 'Create the namespace first.',
  },
  {
    failure: 'not-served',
    scenario: 'HH-K8S-010',
    when: ({ error, words }) =>
      error.code === 'not-served' || /no matches for kind|could not find the requested resource/.test(words),
    says: () => 'The server does not serve this kind, or not in this version.',
    next: () => 'Install the definition of the kind (CRD), or use a version that the server serves.',
  },
  {
    failure: 'object-missing',
    when: ({ error }) => error.status === 404,
    says: ({ words }) => `What it refers to is not there: ${clean(words)}.`,
    next: () => 'Create that first, or correct the name.',
  },
  {
    failure: 'immutable',
    when: ({ words }) => IMMUTABLE.test(words),
    says: ({ words }) => `A field that never changes would be changed${inFields(words)}.`,
    next: () =>
      'Leave that field as it is; to change it the object must be deleted and created anew, which loses what depends on it.',
  },
  {
    failure: 'annotations-too-long',
    when: ({ words }) => /annotations: Too long/.test(words),
    says: () => 'The annotations are larger than 256 KiB, which is all that an object may have.',
    next: () =>
      'Apply on the server side (no last-applied annotation is kept then), or move the text into a ConfigMap.',
  },
  {
    failure: 'too-large',
    when: ({ error, reason, words }) =>
      error.status === 413 ||
      reason === 'RequestEntityTooLarge' ||
      /Too long: .*1048576|request is too large/.test(words),
    says: ({ words }) => `The object is larger than the server stores: ${core(words)}.`,
    next: () => 'Split it into smaller objects.',
  },
  {
    failure: 'unknown-field',
    scenario: 'HH-K8S-011',
    when: ({ words }) => /strict decoding error|cannot be handled as a|unknown field/.test(words),
    says: ({ words }) =>
      `The object does not fit the schema of its kind: ${after(words, /cannot be handled as an? \S+ (.*)$/s, 200) || clean(words, 200)}.`,
    next: () => 'Correct or remove that field; its name or its type is wrong for this version of the kind.',
  },
  {
    failure: 'schema',
    scenario: 'HH-K8S-011',
    when: ({ error }) => error.status === 422 || error.code === 'invalid',
    says: ({ words }) => `The server finds the object invalid${inFields(words)}: ${core(words)}.`,
    next: () => 'Correct the fields that are named and try again.',
  },
  {
    failure: 'throttled',
    scenario: 'conn/throttled',
    when: ({ error }) => error.status === 429 || error.code === 'throttled',
    says: () => 'The server has too much to do and refused the request.',
    next: ({ error }) =>
      `Try again ${error.details?.retryAfterSeconds === undefined ? 'in a while' : `in ${clean(error.details.retryAfterSeconds, 8)} s`}.`,
  },
];
