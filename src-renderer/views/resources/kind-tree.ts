/** Sorts the kinds of discovery into the groups of the kind tree. */
import type { KindInfo } from '../../../shared/ipc.ts';
import { kindKey } from '../../state/ref-resource.ts';
import { isFabricGroup, kindLabel } from './kind-label.ts';

export type GroupId = 'wiring' | 'vpc' | 'workloads' | 'network' | 'config' | 'cluster' | 'custom';

export interface KindNode {
  readonly id: string;
  readonly info: KindInfo;
  readonly label: string;
  /** API group beside the label: for custom resources, and where two kinds of one group read the same. */
  readonly hint?: string;
}

export interface KindGroup {
  readonly id: GroupId;
  readonly label: string;
  readonly kinds: readonly KindNode[];
}

const LABELS: readonly (readonly [GroupId, string])[] = [
  ['wiring', 'Fabric wiring'],
  ['vpc', 'Fabric VPCs'],
  ['workloads', 'Workloads'],
  ['network', 'Network'],
  ['config', 'Config and storage'],
  ['cluster', 'Cluster'],
  ['custom', 'Custom resources'],
];

/** Which group a built-in `group/resource` (or whole API group, `group/*`) belongs to. */
const PLACES: Readonly<Record<string, GroupId>> = {
  '/pods': 'workloads',
  '/replicationcontrollers': 'workloads',
  '/podtemplates': 'workloads',
  'apps/*': 'workloads',
  'batch/*': 'workloads',
  'autoscaling/*': 'workloads',
  'policy/*': 'workloads',
  '/services': 'network',
  '/endpoints': 'network',
  'discovery.k8s.io/*': 'network',
  'networking.k8s.io/*': 'network',
  '/configmaps': 'config',
  '/secrets': 'config',
  '/persistentvolumes': 'config',
  '/persistentvolumeclaims': 'config',
  '/resourcequotas': 'config',
  '/limitranges': 'config',
  'storage.k8s.io/*': 'config',
};

/** Kinds people look for first; the rest of a group follows by name. */
const FIRST: readonly string[] = [
  'wiring.githedgehog.com/switches',
  'agent.githedgehog.com/agents',
  'wiring.githedgehog.com/connections',
  'wiring.githedgehog.com/servers',
  'wiring.githedgehog.com/switchprofiles',
  'wiring.githedgehog.com/vlannamespaces',
  'vpc.githedgehog.com/vpcs',
  'vpc.githedgehog.com/vpcattachments',
  'vpc.githedgehog.com/vpcpeerings',
  'vpc.githedgehog.com/externals',
  'vpc.githedgehog.com/externalpeerings',
  'dhcp.githedgehog.com/dhcpsubnets',
  '/pods',
  'apps/deployments',
  'apps/statefulsets',
  'apps/daemonsets',
  'batch/jobs',
  'batch/cronjobs',
  'apps/replicasets',
  '/services',
  'networking.k8s.io/ingresses',
  'networking.k8s.io/networkpolicies',
  'discovery.k8s.io/endpointslices',
  '/configmaps',
  '/secrets',
  '/persistentvolumeclaims',
  '/persistentvolumes',
  'storage.k8s.io/storageclasses',
  '/nodes',
  '/namespaces',
  '/events',
  'apiextensions.k8s.io/customresourcedefinitions',
];

const VPC_GROUPS: ReadonlySet<string> = new Set(
  ['vpc', 'dhcp', 'gateway'].map((name) => `${name}.githedgehog.com`),
);

function placeOf(kind: KindInfo): GroupId {
  if (isFabricGroup(kind.group)) return VPC_GROUPS.has(kind.group) ? 'vpc' : 'wiring';
  if (kind.custom) return 'custom';
  const place = Object.hasOwn(PLACES, kindKey(kind)) ? PLACES[kindKey(kind)] : undefined;
  const whole = Object.hasOwn(PLACES, `${kind.group}/*`) ? PLACES[`${kind.group}/*`] : undefined;
  return place ?? whole ?? 'cluster';
}

function rankOf(kind: KindInfo): number {
  const index = FIRST.indexOf(kindKey(kind));
  return index === -1 ? FIRST.length : index;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Every kind that can be listed, once per group and resource (the first served version wins, which discovery
 * puts in front), in the fixed order of groups; empty groups are left out.
 */
export function buildKindTree(kinds: readonly KindInfo[]): readonly KindGroup[] {
  const places = new Map<GroupId, KindNode[]>();
  const seen = new Set<string>();
  for (const info of kinds) {
    const id = kindKey(info);
    if (!info.verbs.includes('list') || seen.has(id)) continue;
    seen.add(id);
    const place = placeOf(info);
    const node: KindNode = {
      id,
      info,
      label: kindLabel(info),
      ...(place === 'custom' ? { hint: info.group } : {}),
    };
    const nodes = places.get(place);
    if (nodes) nodes.push(node);
    else places.set(place, [node]);
  }
  return LABELS.flatMap(([id, label]) => {
    const nodes = places.get(id);
    return nodes ? [{ id, label, kinds: withHints(nodes.toSorted(compareNodes)) }] : [];
  });
}

function compareNodes(a: KindNode, b: KindNode): number {
  return (
    rankOf(a.info) - rankOf(b.info) ||
    compareText(a.label, b.label) ||
    compareText(a.info.group, b.info.group)
  );
}

/** Two kinds that read the same get their API group as a hint; the core group needs none. */
function withHints(nodes: readonly KindNode[]): readonly KindNode[] {
  const counts = new Map<string, number>();
  for (const node of nodes) counts.set(node.label, (counts.get(node.label) ?? 0) + 1);
  return nodes.map((node) => {
    const ambiguous = (counts.get(node.label) ?? 0) > 1 && node.info.group !== '';
    return ambiguous && node.hint === undefined ? { ...node, hint: node.info.group } : node;
  });
}

/** The kinds whose label, kind, resource, group or short name holds the text; all groups when it is blank. */
export function filterKindTree(groups: readonly KindGroup[], text: string): readonly KindGroup[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return groups;
  return groups.flatMap((group) => {
    const kinds = group.kinds.filter((node) => matchesKind(node, wanted));
    return kinds.length > 0 ? [{ ...group, kinds }] : [];
  });
}

function matchesKind(node: KindNode, wanted: string): boolean {
  const { kind, resource, group, shortNames } = node.info;
  return (
    [node.label, kind, resource, group].some((text) => text.toLowerCase().includes(wanted)) ||
    shortNames.some((name) => name.toLowerCase() === wanted)
  );
}
