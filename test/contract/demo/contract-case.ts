/** What a case of the contract suite is: a list of requests and watches as data, and the short words to write one. */

/** Who asks. `anonymous` sends no token, `stranger` one that nobody gave out; the others are the cluster's token users. */
export type User = 'admin' | 'viewer' | 'limited' | 'nobody' | 'anonymous' | 'stranger';

interface Described {
  /** Asks again until the answer has this status, for up to 20 s: what a server learns a moment later. */
  readonly until?: number;
  /** Variable → dotted path in the answer; later steps write it as `{variable}`, and answers show it so. */
  readonly save?: Readonly<Record<string, string>>;
  /** Picks from the body what is compared; without it all of it is. */
  readonly show?: (body: unknown) => unknown;
}

export interface RequestOptions extends Described {
  readonly as?: User;
  readonly headers?: Readonly<Record<string, string>>;
  /** Credentials saved by an earlier step, instead of those of `as`. */
  readonly token?: string;
}

/** One request. `{ns}` in path, body and headers is the case's namespace. */
export interface RequestStep extends RequestOptions {
  readonly method: string;
  readonly path: string;
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
}

/** Opens a watch that runs beside the steps that follow. */
export interface WatchStep {
  readonly watch: string;
  /** For a case with several. */
  readonly name?: string;
  readonly as?: User;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Reads an open watch: that many events, up to the event of an object of that name, or (`end`) until the server ends it. */
export interface ReadStep {
  readonly read: number | string;
  readonly name?: string;
  readonly show?: (events: readonly unknown[]) => unknown;
}

export type Step = RequestStep | WatchStep | ReadStep;

export interface ContractCase {
  /** Unique; the file's theme and what is asked: `read/field-selector`. */
  readonly id: string;
  readonly steps: readonly Step[];
}

/** Gives cases of one file their theme. */
export function cases(theme: string, table: Readonly<Record<string, readonly Step[]>>): ContractCase[] {
  return Object.entries(table).map(([name, steps]) => ({ id: `${theme}/${name}`, steps }));
}

export const get = (path: string, options: RequestOptions = {}): RequestStep => ({
  method: 'GET',
  path,
  ...options,
});

export const post = (path: string, body: unknown, options: RequestOptions = {}): RequestStep => ({
  method: 'POST',
  path,
  body,
  ...options,
});

export const put = (path: string, body: unknown, options: RequestOptions = {}): RequestStep => ({
  method: 'PUT',
  path,
  body,
  ...options,
});

export const del = (path: string, body?: unknown, options: RequestOptions = {}): RequestStep => ({
  method: 'DELETE',
  path,
  body,
  ...options,
});

const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

export const patch = (
  type: keyof typeof PATCH_TYPES,
  path: string,
  body: unknown,
  options: RequestOptions = {},
): RequestStep => ({
  method: 'PATCH',
  path,
  body,
  ...options,
  headers: { 'content-type': PATCH_TYPES[type], ...options.headers },
});

/** Path of a resource of the core group in the case's namespace: `core('pods/web')`. */
export const core = (rest: string): string => `/api/v1/namespaces/{ns}/${rest}`;
/** The same for other groups: `named('apps/v1', 'deployments/web')`. */
export const named = (groupVersion: string, rest: string): string =>
  `/apis/${groupVersion}/namespaces/{ns}/${rest}`;

/** For `show`: causes of a refusal that the real server finds in the random order of a map; its sentence lists them so, too. */
export const causesInAnyOrder = (body: unknown): unknown => {
  const { message, details, ...rest } = body as {
    message?: string;
    details?: { causes?: { field?: string; message: string }[] };
  };
  const words = (cause: { field?: string; message: string }): string => `${cause.field}: ${cause.message}`;
  return {
    ...rest,
    message: message?.replace(/: .*/s, ''),
    details: { ...details, causes: details?.causes?.toSorted((a, b) => (words(a) < words(b) ? -1 : 1)) },
  };
};
