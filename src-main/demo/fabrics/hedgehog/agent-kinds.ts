/** The kinds of agent.githedgehog.com: what each switch is told, and what it reports. */
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
  object,
  oneOf,
  real,
  text,
  texts,
  time,
  whole,
  type Schema,
} from './schema.ts';
import {
  attachmentFields,
  external,
  externalAttachment,
  externalPeering,
  ipv4Namespace,
  vpc,
  vpcPeering,
} from './vpc-kinds.ts';
import { connection, role, switchProfile, switchSpec, vlanNamespace } from './wiring-kinds.ts';

const catalog = object({
  ...fields(map(int32), 'connectionIDs subnetIDs vpcInfoIDs vpcVNIs'),
  ...fields(map(whole), 'externalIDs irbVLANs loopbackWorkaroundVLANs portChannelIDs th5WorkaroundVLANs'),
  staticExternalSubnetOffsets: map(whole),
  loopbackWorkaroundLinks: map(text),
  vpcSubnetVNIs: map(map(int32)),
});

const statusUpdates = listOf(
  object({ ...fields(text, 'apiVersion kind namespace name'), generation: int64 }),
);

/** A copy of what users want, as far as it concerns the switch. */
const agentSpec = object({
  role,
  ...fields(text, 'description powerReset reboot reinstall'),
  version: anything,
  config: anything,
  alloy: anything,
  users: listOf(anything),
  switch: switchSpec,
  switches: map(switchSpec),
  switchProfile,
  connections: map(connection),
  vpcs: map(vpc),
  vpcAttachments: map(object({ ...attachmentFields, annotations: map(text) })),
  vpcPeers: map(vpcPeering),
  ipv4Namespaces: map(ipv4Namespace),
  vlanNamespaces: map(vlanNamespace),
  externals: map(external),
  externalAttachments: map(externalAttachment),
  externalPeerings: map(externalPeering),
  ...fields(map(flag), 'attachedVPCs configuredVPCSubnets'),
  catalog,
  redundancyGroupPeers: texts,
  statusUpdates,
});

const condition = object(
  {
    type: { type: 'string', maxLength: 316 },
    status: oneOf('True', 'False', 'Unknown'),
    reason: {
      type: 'string',
      minLength: 1,
      maxLength: 1024,
      pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
    },
    message: { type: 'string', maxLength: 32_768 },
    lastTransitionTime: time,
    observedGeneration: between(int64, 0, Number.MAX_SAFE_INTEGER),
  },
  ...['lastTransitionTime', 'message', 'reason', 'status', 'type'],
);

const counters = object({
  clear: time,
  ...fields(int64, 'inb ind ine outb outd oute'),
  ...fields(whole, 'inu outu'),
  ...fields(real, 'inbps inpbs outbps outpps'),
  queues: map(object(fields(int64, 'b bps db dp ecnb ecnp p pps wreddp'))),
});

const interfaces = object({
  ...fields(flag, 'enabled auto errDisabled'),
  ...fields(text, 'admin oper fec mac speed'),
  change: time,
  linkFlapCount: int32,
  counters,
  lldpNeighbors: listOf(
    object(fields(text, 'sysName sysDescr portID portDescr chassis manuf model name serial')),
  ),
});

const messages = object(fields(int64, 'cap keepal notif open rrefresh update'));

const bgpNeighbor = object({
  enabled: flag,
  ...fields(text, 'state peerType peerGroup lastResetReason remoteRouterID shutdownMsg'),
  ...fields(int32, 'localAS peerAS'),
  peerPort: whole,
  ...fields(int64, 'connDropped estabTrans'),
  ...fields(time, 'lastEstab lastRead lastReset lastWrite'),
  msgs: object({ rec: messages, sent: messages }),
  prefixes: map(object(fields(int32, 'rec recPre sent'))),
});

const transceiver = object({
  ...fields(text, 'cable cmis cmisRev connType descr firmware formFactor oper present serial'),
  ...fields(text, 'vendor vendorOUI vendorPart vendorRev'),
  cmisApp: whole,
  ...fields(real, 'length temp voltage'),
  channels: map(object(fields(real, 'bias in out'))),
});

const platform = object({
  fans: map(object({ ...fields(flag, 'presence status'), dir: text, speed: real })),
  psus: map(
    object({
      ...fields(flag, 'presence status'),
      ...fields(real, 'inCurrent inPower inVoltage outCurrent outPower outVoltage'),
    }),
  ),
  temps: map(
    object({
      alarms: text,
      ...fields(real, 'temp highThreshold lowThreshold critHighThreshold critLowThreshold'),
    }),
  ),
});

/** Names of tables of the switch chip, each with what is used and what is left. */
function usedAndAvailable(names: string): Schema {
  return object(
    Object.fromEntries(
      names.split(' ').flatMap((name) => [
        [`${name}Used`, int32],
        [`${name}Available`, int32],
      ]),
    ),
  );
}

const aclStage = object(fields(usedAndAvailable('groups tables'), 'lag port rif switch vlan'));

const state = object({
  nos: object(
    fields(
      text,
      'asicVersion buildCommit buildDate builtBy configDBVersion distributionVersion hardwareVersion hwskuVersion kernelVersion mfgName platformName productDescription productVersion serialNumber softwareVersion uptime',
    ),
  ),
  interfaces: map(interfaces),
  breakouts: map(object(fields(text, 'mode status'))),
  transceivers: map(transceiver),
  bgpNeighbors: map(map(bgpNeighbor)),
  bfdPeers: map(map(object({ state: text, profile: text, lastUpTime: time, fails: int64 }))),
  platform,
  firmware: map(text),
  roce: flag,
  criticalResources: object({
    aclStats: object({ ingress: aclStage, egress: aclStage }),
    stats: usedAndAvailable(
      'dnatEntries fdbEntries ipmcEntries ipv4Neighbors ipv4Nexthops ipv4Routes ipv6Neighbors ipv6Nexthops ipv6Routes nexthopGroupMembers nexthopGroups snatEntries',
    ),
  }),
});

export const AGENT_KINDS: readonly KindRow[] = [
  {
    kind: 'Agent',
    plural: 'agents',
    shortNames: 'ag',
    description: 'What the agent on one switch is to apply, and what it sees there.',
    columns: [
      'Role .spec.role',
      'Descr .spec.description',
      'HWSKU .status.state.nos.hwskuVersion string 1',
      'Heartbeat .status.lastHeartbeat date 1',
      'Applied .status.lastAppliedTime date',
      'AppliedG .status.lastAppliedGen integer',
      'CurrentG .metadata.generation integer',
      'Version .status.version',
      'RebootReq .status.rebootRequired',
      'Software .status.state.nos.softwareVersion string 1',
      'Attempt .status.lastAttemptTime date 2',
      'AttemptG .status.lastAttemptGen integer 2',
      'RoCE .spec.switch.roce boolean 3',
      'CurrRoCE .status.state.roce boolean 3',
      'ECMPQPN .spec.switch.ecmp.roceQPN boolean 3',
      'Age .metadata.creationTimestamp date 10',
    ],
    spec: agentSpec,
    status: object(
      {
        ...fields(text, 'version installID runID bootID'),
        ...fields(time, 'lastHeartbeat lastAppliedTime lastAttemptTime'),
        ...fields(int64, 'lastAppliedGen lastAttemptGen'),
        rebootRequired: flag,
        conditions: listOf(condition),
        state,
        statusUpdates,
      },
      'conditions',
    ),
  },
  {
    kind: 'Catalog',
    plural: 'catalogs',
    description: 'Numbers that the controller has given out: VNIs, VLANs, ids of connections.',
    spec: catalog,
  },
];
