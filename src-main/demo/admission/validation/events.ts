/** Events: they lie in the namespace of what they are about. */
import { record, text } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject, StoredObject } from '../../model.ts';
import type { Report } from './report.ts';

export function checkEvent(report: Report, event: DraftObject, old: StoredObject | undefined): void {
  if (old !== undefined) return;
  const home = text(event.metadata?.namespace);
  const about = text(record(event.involvedObject).namespace);
  // What has no namespace has its events in `default`.
  if (about === home || (about === '' && home === 'default')) return;
  report.invalid('involvedObject.namespace', about, 'does not match event.namespace');
}
