/** Nodes and leases. */
import { list, record, text } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject, StoredObject } from '../../model.ts';
import { numberIn, sameValue } from '../json.ts';
import type { Report } from './report.ts';
import { CIDR, isCidr } from './network.ts';
import { checkAmount } from './resources.ts';
import { checkTaints } from './scheduling.ts';

const SET_ONCE = 'except from "" to valid';

export function checkNode(report: Report, node: DraftObject, old: StoredObject | undefined): void {
  const spec = record(node.spec);
  // Sic: so the API server calls the path.
  if (old === undefined) checkTaints(report, 'metadata.taints', spec.taints);
  const ranges = spec.podCIDRs === undefined && spec.podCIDR != null ? [spec.podCIDR] : list(spec.podCIDRs);
  ranges.map(text).forEach((range, index) => {
    if (!isCidr(range)) report.invalid(`spec.podCIDRs[${index}]`, range, CIDR);
  });
  for (const side of ['capacity', 'allocatable']) {
    for (const [name, amount] of Object.entries(record(record(node.status)[side]))) {
      checkAmount(report, `status.${side}.${name}`, name, amount);
    }
  }
  if (old === undefined) return;
  const before = record(old.spec);
  if (list(before.podCIDRs).length > 0 && !sameValue(spec.podCIDRs, before.podCIDRs)) {
    report.forbidden('spec.podCIDRs', `node updates may not change podCIDR ${SET_ONCE}`);
  }
  if (before.providerID != null && before.providerID !== '' && spec.providerID !== before.providerID) {
    report.forbidden('spec.providerID', `node updates may not change providerID ${SET_ONCE}`);
  }
  checkTaints(report, 'metadata.taints', spec.taints);
}

export function checkLease(report: Report, lease: DraftObject): void {
  const { leaseDurationSeconds, leaseTransitions } = record(lease.spec);
  const [seconds, transitions] = [numberIn(leaseDurationSeconds), numberIn(leaseTransitions)];
  if (seconds !== undefined && seconds <= 0) {
    report.invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0');
  }
  if (transitions !== undefined && transitions < 0) {
    report.invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0');
  }
}
