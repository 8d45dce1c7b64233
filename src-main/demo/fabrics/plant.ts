/** Plants a story: creates its objects now, and lets the steps of its past happen on the clock. */
import type { DraftObject } from '../model.ts';
import type { Registry } from '../registry/contract.ts';
import type { Clock } from '../world/clock.ts';
import { ACCESS } from './access.ts';
import { create, ensure } from './change.ts';
import type { Story } from './fabric.ts';
import { FIRST_OBJECTS } from './system.ts';

/** The Service by which pods reach the API server; it has no selector, the server itself is behind it. */
const API_SERVICE: DraftObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'kubernetes',
    namespace: 'default',
    labels: { component: 'apiserver', provider: 'kubernetes' },
  },
  spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, targetPort: 6443 }] },
};

export function plantStory(registry: Registry, clock: Clock, { objects, past }: Story): void {
  for (const object of [...FIRST_OBJECTS, ...ACCESS, API_SERVICE]) ensure(registry, object);
  for (const object of objects) create(registry, object);
  for (const { afterMs, act } of past) clock.after(afterMs, () => act(registry));
}
