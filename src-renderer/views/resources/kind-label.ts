/** Names kinds in plain words: `StatefulSet` served as `statefulsets` reads "Stateful sets". */
import type { KindInfo } from '../../../shared/ipc.ts';

/** Acronyms stay as they are, words start small: `VPCAttachment` → ['VPC', 'attachment']. */
function splitWords(kind: string): string[] {
  const words = kind.match(/[A-Z]+s?(?![a-z])|[A-Z]?[a-z0-9]+|[A-Z]+|[^A-Za-z0-9]+/g) ?? [kind];
  return words.map((word) => (/^[A-Z][a-z]/.test(word) ? word.toLowerCase() : word));
}

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  APIService: ['API', 'service'],
  CSIDriver: ['CSI', 'driver'],
  CSINode: ['CSI', 'node'],
  CSIStorageCapacity: ['CSI', 'storage', 'capacity'],
  DHCPSubnet: ['DHCP', 'subnet'],
  IPAddress: ['IP', 'address'],
  IPv4Namespace: ['IPv4', 'namespace'],
  ServiceCIDR: ['service', 'CIDR'],
  VLANNamespace: ['VLAN', 'namespace'],
  VPC: ['VPC'],
  VPCAttachment: ['VPC', 'attachment'],
  VPCPeering: ['VPC', 'peering'],
  VPCInfo: ['VPC', 'info'],
};

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The plural the server uses for the last word, with the case of the kind: `vpcs` of `VPC` → `VPCs`. */
function pluralise(words: readonly string[], resource: string): string[] {
  const joined = words.join('').toLowerCase();
  const last = words.at(-1) ?? '';
  const plural = resource.slice(joined.length - last.length);
  const shared = resource.startsWith(joined.slice(0, joined.length - last.length)) && plural.length > 0;
  if (!shared) return [resource];
  const acronym = last === last.toUpperCase() && plural.startsWith(last.toLowerCase());
  return [...words.slice(0, -1), acronym ? last + plural.slice(last.length) : plural];
}

/** "Stateful sets", "VPC attachments", "Endpoint slices". Custom resources keep the server's plural name. */
export function kindLabel(kind: KindInfo): string {
  if (kind.custom && !isFabricGroup(kind.group)) return kind.resource;
  const known = Object.hasOwn(KNOWN, kind.kind) ? KNOWN[kind.kind] : undefined;
  const words = known ?? splitWords(kind.kind);
  return capitalise(pluralise(words, kind.resource).join(' '));
}

/** True for the API groups of a Hedgehog fabric. */
export function isFabricGroup(group: string): boolean {
  return group === 'githedgehog.com' || group.endsWith('.githedgehog.com');
}
