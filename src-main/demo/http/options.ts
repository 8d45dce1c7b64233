/** What the HTTP side of the demo server is given, and what its handlers know about one request. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { Caller } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import type { IssuedToken, TokenSpec } from '../tokens.ts';
import type { Negotiated } from './request/negotiate.ts';
import type { RequestInfo } from './request/request-info.ts';
import type { WatchHub } from './watch-hub.ts';

/** The documents behind /openapi. */
export interface OpenApi {
  /** For GET /openapi/v3: path → server-relative URL with a hash of the document. */
  paths(): Readonly<Record<string, string>>;
  /** Undefined when there is no such path. */
  document(path: string): object | undefined;
  v2(): object;
}

/** Body of GET /version. */
export type VersionInfo = Readonly<Record<string, string>>;

export interface ApiServerOptions {
  readonly registry: Registry;
  readonly kubelet: Kubelet;
  readonly openapi: OpenApi;
  readonly version: VersionInfo;
  /** The caller of a bearer token (undefined: none was sent); undefined means 401. */
  readonly authenticate: (token: string | undefined) => Caller | undefined;
  /** Throws the registry's 404 for a service account that does not exist. */
  readonly issueToken: (spec: TokenSpec) => IssuedToken;
  /** PEM texts. Absent: plain HTTP, for tests. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Routes beside the API's own. True: this request is answered. */
  readonly extraRoutes?: (request: IncomingMessage, response: ServerResponse, caller: Caller) => boolean;
  /** Told of what should not happen: the requests that ended in a 500. */
  readonly report?: (error: unknown, request: IncomingMessage) => void;
  /** Bytes that a watch may leave unread before it is cut off; 4 MiB unless told otherwise. */
  readonly watchBufferBytes?: number;
}

/** One request on its way to an answer. */
export interface Exchange {
  readonly options: ApiServerOptions;
  readonly registry: Registry;
  readonly kubelet: Kubelet;
  readonly hub: WatchHub;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly info: RequestInfo;
  readonly query: URLSearchParams;
  readonly caller: Caller;
  readonly accept: Negotiated;
  /** Texts for `Warning` headers. */
  readonly warnings: string[];
}
