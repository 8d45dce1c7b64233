/** Built-in kinds that are served in a version in which they are not stored. */
import type { StoredObject } from '../model.ts';
import { autoscalerFromV1, autoscalerToV1 } from './autoscaler-conversion.ts';
import { eventFromCore, eventToCore } from './event-conversion.ts';

export interface Conversion {
  /** From the stored version. */
  readonly read: (stored: StoredObject) => StoredObject;
  /** To the stored version. */
  readonly write: (object: StoredObject) => StoredObject;
}

/** By apiVersion and kind of the served version. */
export const CONVERSIONS: ReadonlyMap<string, Conversion> = new Map<string, Conversion>([
  ['events.k8s.io/v1 Event', { read: eventFromCore, write: eventToCore }],
  ['autoscaling/v1 HorizontalPodAutoscaler', { read: autoscalerToV1, write: autoscalerFromV1 }],
]);
