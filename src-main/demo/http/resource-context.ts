/** One request to a resource, with the resource looked up. */
import type { Resource } from '../model.ts';
import type { Exchange } from './options.ts';

export interface ResourceExchange extends Exchange {
  readonly resource: Resource;
  /** Undefined for a resource of the cluster's scope, and for all namespaces. */
  readonly namespace: string | undefined;
  readonly name: string;
}

export type ResourceHandler = (exchange: ResourceExchange) => void | Promise<void>;
