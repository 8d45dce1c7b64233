/** The first request to an API server: proves that it is one, that it can be trusted and answers. */
import { AppFailure } from '../../shared/errors.ts';
import type { KubeClient } from '../kube/contract.ts';

export interface Contact {
  /** gitVersion of the server, such as `v1.35.4`. */
  readonly version: string;
  /** Milliseconds from the request to the whole answer, the connection included. */
  readonly tookMs: number;
}

/** Asks for `/version`. Throws `AppFailure`: what keeps the server from answering, or `not-kubernetes`. */
export async function contactServer(
  client: KubeClient,
  options: { signal: AbortSignal; timeoutMs: number },
): Promise<Contact> {
  const begun = performance.now();
  const body = await client.getJson<unknown>('/version', options);
  const tookMs = Math.round(performance.now() - begun);
  const version =
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>).gitVersion : undefined;
  if (typeof version === 'string' && version !== '') return { version: version.slice(0, 100), tookMs };
  throw new AppFailure({
    code: 'not-kubernetes',
    message: `What answers at ${client.server} is no Kubernetes API server: /version holds no gitVersion.`,
    hint: 'Check the server address and the proxy: a sign-in page, a proxy or another service may be answering.',
    fabric: client.fabric,
    retryable: true,
    details: { server: client.server },
  });
}
