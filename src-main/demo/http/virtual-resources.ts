/** Resources whose objects are asked for or computed and never kept: reviews and usage metrics. */
import type { StoredObject } from '../model.ts';
import { getNodeMetrics, getPodMetrics, listNodeMetrics, listPodMetrics } from './metrics.ts';
import type { ResourceExchange } from './resource-context.ts';
import { REVIEWS } from './reviews.ts';
import { matchesLabels, parseLabelSelector } from './selectors/label-selector.ts';
import { sendList, sendObject } from './send-object.ts';

interface Computed {
  readonly list: (exchange: ResourceExchange) => readonly object[];
  readonly get: (exchange: ResourceExchange) => object;
}

const COMPUTED: Readonly<Record<string, Computed>> = {
  nodes: {
    list: (exchange) => listNodeMetrics(exchange),
    get: (exchange) => getNodeMetrics(exchange, exchange.name),
  },
  pods: {
    list: (exchange) => listPodMetrics(exchange, exchange.namespace),
    get: (exchange) => getPodMetrics(exchange, exchange.namespace, exchange.name),
  },
};

/** What is computed has neither uid nor version, and is never compared or kept. */
function asObject(computed: object): StoredObject {
  return computed as StoredObject;
}

function serveMetrics(exchange: ResourceExchange, { list, get }: Computed): void {
  if (exchange.name !== '') {
    sendObject(exchange, 200, asObject(get(exchange)));
    return;
  }
  const requirements = parseLabelSelector(exchange.query.get('labelSelector') ?? '');
  const items = list(exchange)
    .map(asObject)
    .filter(({ metadata }) => matchesLabels(requirements, metadata.labels));
  sendList(exchange, items, {});
}

/** True if the request was answered here. */
export async function serveVirtual(exchange: ResourceExchange): Promise<boolean> {
  const { resource, request, name, info } = exchange;
  const review = Object.hasOwn(REVIEWS, resource.storedAs) ? REVIEWS[resource.storedAs] : undefined;
  if (review !== undefined && request.method === 'POST' && name === '') {
    await review(exchange);
    return true;
  }
  const computed = resource.group === 'metrics.k8s.io' ? COMPUTED[resource.plural] : undefined;
  if (computed === undefined || request.method !== 'GET' || info.verb === 'watch') return false;
  serveMetrics(exchange, computed);
  return true;
}
