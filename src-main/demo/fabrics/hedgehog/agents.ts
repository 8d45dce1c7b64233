/** What the fabric's controller renders for each switch, and what the agent there reports: derived from the wiring. */
import { text } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject, JsonObject } from '../../model.ts';
import { fabricObject, type Spec } from './objects.ts';
import {
  attachmentSpecs,
  externalAttachmentSpecs,
  externalSpecs,
  externalPeeringSpecs,
  ipv4NamespaceSpec,
  peeringSpecs,
  vpcSpecs,
} from './vpcs.ts';
import {
  CABLES,
  connectionSpecs,
  DEPLOYMENT,
  EXTERNAL,
  FABRIC_SUBNET,
  nosPort,
  profileSpec,
  SPINE_ASN,
  switchSpecs,
  UPLINK,
  vlanNamespaceSpec,
  type End,
} from './wiring.ts';

const VERSION = 'v0.126.0';

/** One cable as seen from a switch. */
interface Local {
  readonly connection: string;
  readonly own: End;
  readonly peer: End;
}

export const SWITCH_NAMES: readonly string[] = Object.keys(switchSpecs);

function cablesOf(name: string): Local[] {
  return CABLES.flatMap(({ connection, ends: [a, b] }) => {
    if (a.device === name) return { connection, own: a, peer: b };
    return b.device === name ? { connection, own: b, peer: a } : [];
  });
}

function isSwitch(device: string): boolean {
  return device in switchSpecs;
}

export function agentOf(name: string): DraftObject {
  const own = switchSpecs[name] ?? {};
  const cables = cablesOf(name);
  const border = name === EXTERNAL.attachedTo;
  const leaf = own.role !== 'spine';
  const connections = [...cables.map(({ connection }) => connection), ...(border ? [UPLINK.connection] : [])];
  const attached = pick(attachmentSpecs, ({ connection }) => connections.includes(text(connection)));
  const subnets = Object.values(attached).map(({ subnet }) => text(subnet));
  return fabricObject(['agent.githedgehog.com', 'Agent'], name, {
    role: own.role,
    description: own.description,
    version: { default: VERSION },
    config: { spineLeaf: {}, deploymentID: DEPLOYMENT, spineASN: SPINE_ASN, fabricSubnet: FABRIC_SUBNET },
    switch: own,
    switches: pick(
      switchSpecs,
      (_, other) => other === name || reaches(cables, other) || (leaf && isPair(name, other)),
    ),
    switchProfile: profileSpec,
    connections: Object.fromEntries(
      [...new Set(connections)].map((one) => [one, connectionSpecs[one] ?? {}]),
    ),
    ipv4Namespaces: { default: ipv4NamespaceSpec },
    vlanNamespaces: { default: vlanNamespaceSpec },
    catalog: {},
    externals: externalSpecs,
    ...(leaf
      ? {
          redundancyGroupPeers: SWITCH_NAMES.filter((other) => other !== name && isPair(name, other)),
          vpcs: vpcSpecs,
          vpcAttachments: attached,
          vpcPeers: peeringSpecs,
          attachedVPCs: Object.fromEntries(subnets.map((subnet) => [subnet.split('/')[0] ?? '', true])),
          configuredVPCSubnets: Object.fromEntries(subnets.map((subnet) => [subnet, true])),
        }
      : {}),
    ...(border
      ? { externalAttachments: externalAttachmentSpecs, externalPeerings: externalPeeringSpecs }
      : {}),
  });
}

function pick(
  specs: Readonly<Record<string, Spec>>,
  test: (spec: Spec, name: string) => boolean,
): Record<string, Spec> {
  return Object.fromEntries(Object.entries(specs).filter(([name, spec]) => test(spec, name)));
}

function reaches(cables: readonly Local[], device: string): boolean {
  return cables.some(({ peer }) => peer.device === device);
}

function isPair(one: string, other: string): boolean {
  return switchSpecs[one]?.redundancy !== undefined && switchSpecs[other]?.redundancy !== undefined;
}

/** Times as the agent writes them, RFC 3339. */
interface AgentTimes {
  /** Since when links and sessions are up. */
  readonly since: string;
  /** When the generation was applied. */
  readonly applied: string;
  readonly heartbeat: string;
}

/** Of a switch that is well and has applied `generation`. */
export function statusOf(
  name: string,
  generation: number,
  { since, applied, heartbeat }: AgentTimes,
): JsonObject {
  const number = SWITCH_NAMES.indexOf(name) + 1;
  const id = (first: number): string => `${String(first).repeat(8)}-0000-4000-8000-00000000000${number}`;
  return {
    version: VERSION,
    installID: id(1),
    runID: id(2),
    bootID: id(3),
    lastHeartbeat: heartbeat,
    lastAttemptTime: applied,
    lastAttemptGen: generation,
    lastAppliedTime: applied,
    lastAppliedGen: generation,
    conditions: [
      {
        type: 'Applied',
        status: 'True',
        reason: 'ApplySucceeded',
        message: `Config applied, gen=${generation}`,
        lastTransitionTime: applied,
      },
    ],
    state: stateOf(name, number, since),
  };
}

function stateOf(name: string, number: number, since: string): JsonObject {
  const cables = cablesOf(name);
  const routed = cables.filter(({ peer }) => isSwitch(peer.device));
  const links = Object.fromEntries(
    routed.map(({ peer }) => [peer.ip ?? '', established(name, peer.device, since, 'IPV4_UNICAST')]),
  );
  const loopbacks = Object.fromEntries(
    [...new Set(routed.map(({ peer }) => peer.device))].map((peer) => [
      addressOf(switchSpecs[peer]?.protocolIP),
      established(name, peer, since, 'L2VPN_EVPN'),
    ]),
  );
  const outside = {
    ...session(name, since),
    peerAS: EXTERNAL.asn,
    prefixes: { IPV4_UNICAST: { rec: 1, recPre: 1, sent: 2 } },
  };
  return {
    nos: {
      serialNumber: `LAB-VS-000${number + 1}`,
      hwskuVersion: 'LAB-VS',
      softwareVersion: '4.5.0-Enterprise_Base',
      platformName: 'x86_64-lab-r0',
      asicVersion: 'vs',
    },
    interfaces: {
      M1: { enabled: true, admin: 'up', oper: 'up', speed: '1G' },
      ...Object.fromEntries(cables.map((cable) => [cable.own.port, linkUp(cable, number, since)])),
      ...(name === UPLINK.device ? { [UPLINK.port]: up(UPLINK.port, number, since) } : {}),
    },
    bgpNeighbors: {
      default: { ...links, ...loopbacks },
      ...(name === EXTERNAL.attachedTo ? { [`VrfE${EXTERNAL.name}`]: { [EXTERNAL.ip]: outside } } : {}),
    },
    bfdPeers: {
      default: Object.fromEntries(
        routed.map(({ peer }) => [peer.ip ?? '', { state: 'up', lastUpTime: since }]),
      ),
    },
    platform: {
      fans: { FAN1: { presence: true, status: true, speed: 8800 } },
      psus: Object.fromEntries(
        ['PSU1', 'PSU2'].map((psu) => [psu, { presence: true, status: true, outPower: 110 + number }]),
      ),
      temps: { CPU: { temp: 44 + number, highThreshold: 85, critHighThreshold: 95 } },
    },
    criticalResources: {
      stats: {
        ipv4RoutesUsed: 96 + number,
        ipv4RoutesAvailable: 30_000,
        fdbEntriesUsed: 30 + number,
        fdbEntriesAvailable: 40_000,
      },
    },
  };
}

function session(name: string, since: string): JsonObject {
  return {
    enabled: true,
    state: 'established',
    localAS: switchSpecs[name]?.asn,
    peerType: 'external',
    estabTrans: 1,
    lastEstab: since,
  };
}

function established(name: string, peer: string, since: string, family: string): JsonObject {
  const prefixes = { [family]: { rec: 6, recPre: 6, sent: 5 } };
  return { ...session(name, since), peerAS: switchSpecs[peer]?.asn, prefixes };
}

function up(port: string, number: number, since: string): JsonObject {
  const index = Number(port.slice(port.indexOf('/') + 1));
  return {
    enabled: true,
    admin: 'up',
    oper: 'up',
    speed: '25G',
    mac: `0c:20:12:cc:0${number}:0${index}`,
    change: since,
    counters: { inb: 90_000 + 1000 * index, outb: 88_000 + 1000 * index },
  };
}

function linkUp({ own, peer }: Local, number: number, since: string): JsonObject {
  const neighbor = isSwitch(peer.device)
    ? { sysName: peer.device, sysDescr: `Hedgehog Fabric ${DEPLOYMENT}`, portID: nosPort(peer.port) }
    : { sysName: peer.device, portID: peer.port };
  return { ...up(own.port, number, since), lldpNeighbors: [neighbor] };
}

function addressOf(cidr: unknown): string {
  return text(cidr).split('/')[0] ?? '';
}
