/** The kinds of vpc.githedgehog.com and dhcp.githedgehog.com: networks of users, their peerings, and the way outside. */
import type { KindRow } from './definition.ts';
import {
  fields,
  flag,
  int32,
  listOf,
  map,
  object,
  oneOf,
  text,
  texts,
  time,
  whole,
  type Schema,
} from './schema.ts';

const routes = listOf(object(fields(text, 'destination gateway')));
const staticLeases = map(object({ ip: text }, 'ip'));

const dhcp = object({
  enable: flag,
  range: object(fields(text, 'start end')),
  ...fields(text, 'relay relayVPC'),
  static: staticLeases,
  options: object(
    {
      pxeURL: text,
      ...fields(texts, 'dnsServers timeServers'),
      interfaceMTU: whole,
      leaseTimeSeconds: int32,
      disableDefaultRoute: flag,
      advertisedRoutes: routes,
    },
    'interfaceMTU',
    'leaseTimeSeconds',
  ),
});

export const vpc = object({
  ...fields(text, 'ipv4Namespace vlanNamespace mode'),
  ...fields(flag, 'defaultIsolated defaultRestricted'),
  permit: listOf(texts),
  staticRoutes: listOf(object({ prefix: text, nextHops: texts })),
  subnets: map(
    object({
      ...fields(text, 'subnet gateway'),
      vlan: whole,
      ...fields(flag, 'isolated restricted hostBGP'),
      dhcp,
    }),
  ),
});

export const attachmentFields = { ...fields(text, 'subnet connection'), nativeVLAN: flag };

export const vpcPeering = object({
  permit: listOf(map(object({ subnets: listOf(text, { min: 1, max: 10 }) })), { min: 1, max: 10 }),
  remote: text,
});

export const external = object({
  ...fields(text, 'ipv4Namespace inboundCommunity outboundCommunity'),
  static: object({ prefixes: texts }),
});

const tcpFilters = object(
  fields(flag, 'ack established fin psh rst syn urg notAck notFin notPsh notRst notSyn notUrg'),
);

const aclStatement: Schema = object(
  {
    seq: whole,
    ...fields(text, 'action protocol srcPrefix dstPrefix'),
    ...fields(whole, 'icmpCode icmpType portRangeBegin portRangeEnd'),
    tcpFilters,
  },
  ...['action', 'dstPrefix', 'protocol', 'seq', 'srcPrefix'],
);

export const externalAttachment = object(
  {
    ...fields(text, 'external connection'),
    switch: object({ ip: text, vlan: whole }),
    neighbor: object({ asn: int32, ip: text }),
    static: object({ ...fields(text, 'ip remoteIP'), proxy: flag, vlan: whole }, 'remoteIP'),
    inboundACL: object({ statements: listOf(aclStatement) }),
  },
  'neighbor',
  'switch',
);

export const externalPeering = object({
  permit: object({
    vpc: object({ name: text, subnets: texts }),
    external: object({ name: text, prefixes: listOf(object({ prefix: text })) }),
  }),
});

export const ipv4Namespace = object({ subnets: listOf(text, { min: 1, max: 20 }) });

export const VPC_KINDS: readonly KindRow[] = [
  {
    kind: 'VPC',
    plural: 'vpcs',
    categories: 'fabric',
    description: 'A private network of one user, made of subnets with a VLAN each.',
    columns: [
      'IPv4NS .spec.ipv4Namespace',
      'VLANNS .spec.vlanNamespace',
      'Subnets .spec.subnets string 1',
      'VNI .status.vni string 1',
    ],
    spec: vpc,
  },
  {
    kind: 'VPCAttachment',
    plural: 'vpcattachments',
    shortNames: 'vpcattach',
    categories: 'fabric',
    description: 'Brings a subnet of a VPC to the servers of a connection.',
    columns: ['VPCSUBNET .spec.subnet', 'Connection .spec.connection', 'NativeVLAN .spec.nativeVLAN'],
    spec: object(attachmentFields),
  },
  {
    kind: 'VPCPeering',
    plural: 'vpcpeerings',
    shortNames: 'vpcpeer',
    categories: 'fabric',
    description: 'Lets two VPCs reach each other, or some of their subnets.',
    columns: [
      String.raw`VPC1 .metadata.labels.fabric\.githedgehog\.com/vpc1`,
      String.raw`VPC2 .metadata.labels.fabric\.githedgehog\.com/vpc2`,
      'Remote .spec.remote',
    ],
    spec: vpcPeering,
  },
  {
    kind: 'External',
    plural: 'externals',
    shortNames: 'ext',
    categories: 'fabric external',
    description: 'A network outside the fabric, reached over BGP or by static routes.',
    columns: [
      'IPv4NS .spec.ipv4Namespace',
      'InComm .spec.inboundCommunity',
      'OutComm .spec.outboundCommunity',
    ],
    spec: external,
  },
  {
    kind: 'ExternalAttachment',
    plural: 'externalattachments',
    shortNames: 'extattach',
    categories: 'fabric external',
    description: 'Where an external meets a switch: address, VLAN and neighbor.',
    columns: [
      'External .spec.external',
      'Connection .spec.connection',
      'SwVLAN .spec.switch.vlan string 1',
      'SwIP .spec.switch.ip string 1',
      'NeighASN .spec.neighbor.asn string 1',
      'NeighIP .spec.neighbor.ip string 1',
    ],
    spec: externalAttachment,
    specRequired: true,
  },
  {
    kind: 'ExternalPeering',
    plural: 'externalpeerings',
    shortNames: 'extpeering extpeer',
    categories: 'fabric external',
    description: 'Lets subnets of a VPC reach prefixes of an external.',
    columns: [
      'VPC .spec.permit.vpc.name',
      'VPCSubnets .spec.permit.vpc.subnets string 1',
      'External .spec.permit.external.name',
      'ExtPrefixes .spec.permit.external.prefixes string 1',
    ],
    spec: externalPeering,
  },
  {
    kind: 'IPv4Namespace',
    plural: 'ipv4namespaces',
    shortNames: 'ipns',
    categories: 'fabric',
    description: 'The addresses that VPCs may take their subnets from.',
    columns: ['Subnets .spec.subnets'],
    spec: ipv4Namespace,
  },
];

export const DHCP_KINDS: readonly KindRow[] = [
  {
    kind: 'DHCPSubnet',
    plural: 'dhcpsubnets',
    shortNames: 'dhcp',
    description: 'What the DHCP server of the fabric serves on one subnet, and its leases.',
    columns: [
      'Subnet .spec.subnet',
      'CIDRBlock .spec.cidrBlock',
      'Gateway .spec.gateway',
      'StartIP .spec.startIP',
      'EndIP .spec.endIP',
      'VRF .spec.vrf string 1',
      'CircuitID .spec.circuitID string 1',
      'DNSServers .spec.dnsServers string 1',
      'TimeServers .spec.timeServers string 1',
      'InterfaceMTU .spec.interfaceMTU integer 1',
    ],
    spec: object(
      {
        ...fields(text, 'subnet cidrBlock gateway startIP endIP vrf circuitID pxeURL defaultURL ztpBaseURL'),
        ...fields(texts, 'dnsServers timeServers'),
        ...fields(flag, 'disableDefaultRoute l3Mode onieOnly'),
        interfaceMTU: whole,
        leaseTimeSeconds: int32,
        advertisedRoutes: routes,
        static: staticLeases,
      },
      ...'cidrBlock circuitID defaultURL dnsServers endIP gateway interfaceMTU leaseTimeSeconds'.split(' '),
      ...'pxeURL startIP subnet timeServers vrf'.split(' '),
    ),
    status: object({
      allocated: map(object({ ip: text, expiry: time, hostname: text, discover: flag }, 'ip')),
    }),
  },
];

/** For peerings of gateways. */
export const protocol = oneOf('tcp', 'udp', '');
