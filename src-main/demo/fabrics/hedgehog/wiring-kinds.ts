/** The kinds of wiring.githedgehog.com: switches, servers and the cables between them. */
import type { KindRow } from './definition.ts';
import {
  between,
  cidr,
  fields,
  flag,
  int32,
  ip,
  listOf,
  map,
  nothing,
  object,
  oneOf,
  text,
  texts,
  whole,
  type Schema,
} from './schema.ts';

const port = object({ port: text });
const portWithIp = object({ port: text, ip: cidr });

/** Links of a server to one or more switches. */
function serverLinks(min?: number): Schema {
  const links = listOf(object({ server: port, switch: port }), min === undefined ? {} : { min });
  return object({ links, mtu: whole, fallback: flag });
}

function links(ends: Readonly<Record<string, Schema>>): Schema {
  return object({ links: listOf(object(ends), { min: 1 }) });
}

const switchPair = object({ switch1: port, switch2: port });

export const connection = object({
  unbundled: object({ link: object({ server: port, switch: port }), mtu: whole }),
  bundled: serverLinks(),
  eslag: serverLinks(2),
  mclag: serverLinks(2),
  mclagDomain: object(fields(listOf(switchPair, { min: 1 }), 'peerLinks sessionLinks')),
  fabric: links({ spine: portWithIp, leaf: portWithIp }),
  mesh: links({ leaf1: portWithIp, leaf2: portWithIp }),
  gateway: links({ gateway: portWithIp, switch: portWithIp }),
  vpcLoopback: links({ switch1: port, switch2: port }),
  external: object({ link: object({ switch: port }) }),
  staticExternal: object({
    withinVPC: text,
    link: object({ switch: object({ port: text, ip: cidr, nextHop: ip, subnets: texts, vlan: whole }) }),
  }),
});

/** What a switch is in the fabric. */
export const role = oneOf('spine', 'server-leaf', 'border-leaf', 'mixed-leaf', 'virtual-edge');

export const switchSpec = object(
  {
    role,
    ...fields(text, 'description profile ip protocolIP vtepIP'),
    asn: int32,
    ...fields(texts, 'groups vlanNamespaces'),
    redundancy: object({ group: text, type: oneOf('mclag', 'eslag') }),
    boot: object(fields(text, 'serial mac')),
    ...fields(map(text), 'portSpeeds portGroupSpeeds portBreakouts'),
    portAutoNegs: map(flag),
    portFECs: map(oneOf('rs', 'fc', 'auto', 'disabled')),
    ...fields(flag, 'enableAllPorts roce'),
    ecmp: object({ roceQPN: flag }),
    linkFlapErrDisable: object({
      flapThreshold: between(whole, 1, 50, 3),
      samplingInterval: between(int32, 1, 65_535, 30),
      recoveryInterval: between(int32, 0, 65_534, 300),
    }),
  },
  'role',
);

export const switchProfile = object({
  ...fields(text, 'displayName switchSilicon nosType platform notes'),
  otherNames: texts,
  maxPorts: whole,
  features: object(fields(flag, 'acls ecmpRoCEQPN eslag l2vni l3vni mclag roce subinterfaces')),
  config: object({ maxPathsEBGP: int32 }),
  pipelines: map(object({ maxPorts: whole })),
  ports: map(
    object({
      ...fields(text, 'nos baseNOSName label group profile oniePortName pipeline'),
      management: flag,
    }),
  ),
  portGroups: map(object(fields(text, 'nos profile'))),
  portProfiles: map(
    object({
      speed: object({ default: text, supported: texts }),
      breakout: object({ default: text, supported: map(object({ offsets: texts })) }),
      ...fields(flag, 'autoNegAllowed autoNegDefault'),
    }),
  ),
});

export const vlanNamespace = object({
  ranges: listOf(object(fields(whole, 'from to')), { min: 1, max: 20 }),
});

const WIRING = 'wiring fabric';

export const WIRING_KINDS: readonly KindRow[] = [
  {
    kind: 'Connection',
    plural: 'connections',
    shortNames: 'conn',
    categories: WIRING,
    description:
      'Cables between two or more devices that serve one purpose; exactly one of the types is set.',
    columns: [String.raw`Type .metadata.labels.fabric\.githedgehog\.com/connection-type`],
    spec: connection,
  },
  {
    kind: 'Server',
    plural: 'servers',
    shortNames: 'srv',
    categories: WIRING,
    description: 'A machine that is cabled to the fabric.',
    columns: ['Type .spec.type', 'Descr .spec.description'],
    spec: object(fields(text, 'description profile')),
  },
  {
    kind: 'ServerProfile',
    plural: 'serverprofiles',
    categories: WIRING,
    description: 'The network cards of a model of server.',
    spec: object({ nics: listOf(object({ name: text, ports: listOf(object({ name: text })) })) }),
  },
  {
    kind: 'Switch',
    plural: 'switches',
    shortNames: 'sw',
    categories: WIRING,
    description: 'A switch, its place in the fabric and its settings.',
    columns: [
      'Profile .spec.profile',
      'Role .spec.role',
      'Descr .spec.description',
      'Groups .spec.groups',
      'Redundancy .spec.redundancy string 1',
      'Boot .spec.boot string 1',
    ],
    spec: switchSpec,
  },
  {
    kind: 'SwitchGroup',
    plural: 'switchgroups',
    shortNames: 'sg',
    categories: WIRING,
    description: 'Switches that stand in for one another.',
    spec: nothing,
  },
  {
    kind: 'SwitchProfile',
    plural: 'switchprofiles',
    shortNames: 'sp',
    categories: WIRING,
    description: 'What a model of switch can do, and how its ports are named.',
    columns: [
      'DisplayName .spec.displayName',
      'OtherNames .spec.otherNames',
      String.raw`Ports .metadata.annotations.fabric\.githedgehog\.com/ports`,
    ],
    spec: switchProfile,
  },
  {
    kind: 'VLANNamespace',
    plural: 'vlannamespaces',
    shortNames: 'vlanns',
    categories: WIRING,
    description: 'The VLANs that VPCs may use.',
    spec: vlanNamespace,
  },
];
