/** The kinds of gateway.githedgehog.com and gwint.githedgehog.com: gateways between VPCs and what they report. */
import type { KindRow } from './definition.ts';
import {
  anything,
  between,
  fields,
  flag,
  int32,
  int64,
  listOf,
  map,
  nothing,
  object,
  oneOf,
  text,
  texts,
  time,
  whole,
} from './schema.ts';
import { protocol } from './vpc-kinds.ts';

const GATEWAY = 'hedgehog-gateway';

const gateway = object({
  asn: int32,
  ...fields(text, 'protocolIP vtepIP vtepMAC'),
  ...fields(int32, 'vtepMTU flowTableCapacity'),
  workers: whole,
  groups: listOf(object({ name: text, priority: int32 })),
  interfaces: map(object({ ...fields(text, 'kernel pci'), ips: texts, mtu: int32 })),
  neighbors: listOf(object({ asn: int32, ...fields(text, 'ip source') })),
  logs: object({
    default: text,
    tags: map(text),
    rateLimit: object(fields(between(int32, 0, 2_147_483_647), 'burst replenishPerSecond')),
  }),
  profiling: object({ enabled: flag }),
});

const ends = listOf(object({ ...fields(text, 'cidr vpcSubnet'), ports: texts }));

const acl = object(
  {
    default: oneOf('deny', 'deny-unless-exposed', ''),
    rules: listOf(
      object(
        {
          ...fields(text, 'name from to'),
          action: oneOf('deny', 'allow'),
          log: flag,
          scope: oneOf('flow', 'packet', ''),
          match: object({ src: ends, dst: ends, proto: text }),
        },
        'action',
      ),
    ),
  },
  'default',
);

const nat = object({
  static: nothing,
  masquerade: object({ idleTimeout: text }),
  portForward: object({
    idleTimeout: text,
    ports: listOf(object({ ...fields(text, 'as port'), proto: protocol })),
  }),
});

const expose = object({
  default: flag,
  ips: listOf(object(fields(text, 'cidr not vpcSubnet'))),
  as: listOf(object(fields(text, 'cidr not'))),
  nat,
});

const peering = object({ gatewayGroup: text, acl, peering: map(object({ expose: listOf(expose) })) });
const vpcInfo = object({ vni: int32, subnets: map(object({ cidr: text })) });

export const GATEWAY_KINDS: readonly KindRow[] = [
  {
    kind: 'Gateway',
    plural: 'gateways',
    shortNames: 'gw',
    categories: GATEWAY,
    description: 'A node that forwards between VPCs and to externals.',
    columns: ['ProtoIP .spec.protocolIP', 'VTEPIP .spec.vtepIP', 'Groups .spec.groups string 1'],
    spec: gateway,
  },
  {
    kind: 'GatewayGroup',
    plural: 'gatewaygroups',
    shortNames: 'gwgr',
    categories: GATEWAY,
    description: 'Gateways that stand in for one another.',
    spec: nothing,
  },
  {
    kind: 'GatewayPeering',
    plural: 'gatewaypeerings',
    shortNames: 'gwpeer',
    categories: GATEWAY,
    description: 'What two VPCs, or a VPC and an external, expose to each other through gateways.',
    columns: ['GatewayGroup .spec.gatewayGroup'],
    spec: peering,
  },
  {
    kind: 'VPCInfo',
    plural: 'vpcinfos',
    shortNames: 'gwvpc',
    categories: GATEWAY,
    description: 'A VPC as gateways see it.',
    columns: ['InternalID .status.internalID'],
    spec: vpcInfo,
    status: object({ internalID: text }),
  },
];

export const GATEWAY_AGENT_KINDS: readonly KindRow[] = [
  {
    kind: 'GatewayAgent',
    plural: 'gatewayagents',
    shortNames: 'gwag',
    categories: GATEWAY,
    description: 'What the agent on one gateway is to apply, and what it sees there.',
    columns: [
      'Applied .status.lastAppliedTime date',
      'AppliedG .status.lastAppliedGen integer',
      'CurrentG .metadata.generation integer',
      'Version .status.agentVersion',
      'ProtoIP .spec.gateway.protocolIP string 1',
      'VTEPIP .spec.gateway.vtepIP string 1',
    ],
    spec: object({
      ...fields(text, 'agentVersion'),
      gateway,
      groups: map(anything),
      vpcs: map(anything),
      peerings: map(peering),
      config: anything,
      communities: map(text),
    }),
    status: object({
      agentVersion: text,
      ...fields(time, 'lastAppliedTime lastHeartbeat'),
      lastAppliedGen: int64,
      state: anything,
    }),
  },
];
