/** The network of demo-lab as a user would describe it: two spines, two leaves, three servers and a way outside. */
import type { DraftObject } from '../../model.ts';
import { fabricObject, WIRING, type Spec } from './objects.ts';

export const SPINE_ASN = 65_200;
export const DEPLOYMENT = 'lab';
export const FABRIC_SUBNET = '172.31.0.0/17';
const PROFILE = 'lab-virtual';
const GROUP = 'pair-1';
const PORTS = 8;

/** One end of a cable: a port of a switch or server, with its address where it routes. */
export interface End {
  readonly device: string;
  readonly port: string;
  readonly ip?: string;
}

/** One cable, and the Connection it belongs to. */
interface Cable {
  readonly connection: string;
  readonly ends: readonly [End, End];
}

interface SwitchFacts {
  readonly role: string;
  readonly description: string;
  readonly asn: number;
  /** Last number of its management and protocol addresses. */
  readonly number: number;
}

const SWITCHES: Readonly<Record<string, SwitchFacts>> = {
  'spine-1': { role: 'spine', description: 'row A, top', asn: SPINE_ASN, number: 2 },
  'spine-2': { role: 'spine', description: 'row B, top', asn: SPINE_ASN, number: 3 },
  'leaf-1': { role: 'server-leaf', description: 'row A, rack 1', asn: SPINE_ASN + 1, number: 4 },
  'leaf-2': {
    role: 'mixed-leaf',
    description: 'row B, rack 1, with the uplink',
    asn: SPINE_ASN + 2,
    number: 5,
  },
};

export const switchSpecs: Readonly<Record<string, Spec>> = Object.fromEntries(
  Object.entries(SWITCHES).map(([name, { role, description, asn, number }]) => {
    const leaf = role !== 'spine';
    return [
      name,
      {
        role,
        description,
        profile: PROFILE,
        boot: { serial: `LAB-VS-000${number}` },
        asn,
        ip: `172.31.200.${number + 8}/21`,
        protocolIP: `172.31.208.${number}/32`,
        vlanNamespaces: ['default'],
        ...(leaf
          ? {
              vtepIP: `172.31.212.${number - 3}/32`,
              groups: [GROUP],
              redundancy: { group: GROUP, type: 'eslag' },
            }
          : {}),
      },
    ];
  }),
);

/** A /31 for each cable between spine and leaf. */
const FABRIC_CABLES: readonly Cable[] = ['spine-1', 'spine-2'].flatMap((spine, row) =>
  ['leaf-1', 'leaf-2'].map((leaf, column): Cable => {
    const first = (row * 2 + column) * 2;
    return {
      connection: `${spine}--fabric--${leaf}`,
      ends: [
        { device: spine, port: `E1/${column + 1}`, ip: `172.31.0.${first}` },
        { device: leaf, port: `E1/${row + 1}`, ip: `172.31.0.${first + 1}` },
      ],
    };
  }),
);

function serverCable(connection: string, server: string, nic: number, leaf: string, port: number): Cable {
  return {
    connection,
    ends: [
      { device: server, port: `enp2s${nic}` },
      { device: leaf, port: `E1/${port}` },
    ],
  };
}

const DUAL_HOMED = ['lab-1', 'lab-2'];
const SERVER_CABLES: readonly Cable[] = [
  ...DUAL_HOMED.flatMap((server, index) =>
    ['leaf-1', 'leaf-2'].map((leaf, nic) =>
      serverCable(`${server}--eslag--leaf-1--leaf-2`, server, nic + 1, leaf, index + 4),
    ),
  ),
  serverCable('lab-3--unbundled--leaf-1', 'lab-3', 1, 'leaf-1', 6),
];

export const UPLINK = { connection: 'leaf-2--uplink', device: 'leaf-2', port: 'E1/8' } as const;
export const EXTERNAL = {
  name: 'campus',
  asn: 64_900,
  ip: '198.51.100.2',
  ours: '198.51.100.1/30',
  attachedTo: 'leaf-2',
} as const;

export const CABLES: readonly Cable[] = [...FABRIC_CABLES, ...SERVER_CABLES];

function portOf({ device, port, ip }: End): Spec {
  return { port: `${device}/${port}`, ...(ip === undefined ? {} : { ip: `${ip}/31` }) };
}

function link({ ends: [server, leaf] }: Cable): Spec {
  return { server: portOf(server), switch: portOf(leaf) };
}

export const connectionSpecs: Readonly<Record<string, Spec>> = Object.fromEntries<Spec>([
  ...FABRIC_CABLES.map(({ connection, ends: [spine, leaf] }): [string, Spec] => [
    connection,
    { fabric: { links: [{ spine: portOf(spine), leaf: portOf(leaf) }] } },
  ]),
  ...DUAL_HOMED.map((server): [string, Spec] => {
    const connection = `${server}--eslag--leaf-1--leaf-2`;
    const links = SERVER_CABLES.filter((cable) => cable.connection === connection).map(link);
    return [connection, { eslag: { links, fallback: false } }];
  }),
  ...SERVER_CABLES.filter(({ connection }) => connection.includes('--unbundled--')).map(
    (cable): [string, Spec] => [cable.connection, { unbundled: { link: link(cable) } }],
  ),
  [UPLINK.connection, { external: { link: { switch: portOf(UPLINK) } } }],
]);

export const profileSpec: Spec = {
  displayName: 'Lab virtual switch',
  switchSilicon: 'vs',
  nosType: 'sonic-bcm-vs',
  platform: 'x86_64-lab-r0',
  features: { subinterfaces: true, l2vni: true, l3vni: true, eslag: true, acls: true },
  config: { maxPathsEBGP: 16 },
  portProfiles: { 'SFP28-25G': { speed: { default: '25G', supported: ['10G', '25G'] } } },
  ports: {
    M1: { nos: 'Management0', management: true, oniePortName: 'eth0' },
    ...Object.fromEntries(
      Array.from({ length: PORTS }, (_, index) => [
        `E1/${index + 1}`,
        { nos: nosPort(`E1/${index + 1}`), label: `${index + 1}`, profile: 'SFP28-25G' },
      ]),
    ),
  },
};

/** How the operating system of the switch names a port: `Ethernet3` for `E1/4`. */
export function nosPort(port: string): string {
  return `Ethernet${Number(port.slice(port.indexOf('/') + 1)) - 1}`;
}

export const vlanNamespaceSpec: Spec = { ranges: [{ from: 1000, to: 1999 }] };

function connectionLabels(name: string, spec: Spec): Record<string, string> {
  const [type = ''] = Object.keys(spec);
  const devices = CABLES.filter(({ connection }) => connection === name).flatMap(({ ends }) => ends);
  const named = (name === UPLINK.connection ? [UPLINK] : devices).map(({ device }) => [
    `${device in SWITCHES ? 'switch' : 'server'}.fabric.githedgehog.com/${device}`,
    'true',
  ]);
  return { 'connection-type': type, ...(Object.fromEntries(named) as Record<string, string>) };
}

export const WIRING_OBJECTS: readonly DraftObject[] = [
  fabricObject([WIRING, 'VLANNamespace'], 'default', vlanNamespaceSpec),
  fabricObject([WIRING, 'SwitchGroup'], GROUP, {}),
  fabricObject([WIRING, 'SwitchProfile'], PROFILE, profileSpec),
  ...Object.entries(switchSpecs).map(([name, spec]) =>
    fabricObject([WIRING, 'Switch'], name, spec, { profile: PROFILE }),
  ),
  ...['lab-1', 'lab-2', 'lab-3'].map((name) =>
    fabricObject([WIRING, 'Server'], name, { description: `Kubernetes node ${name}` }),
  ),
  ...Object.entries(connectionSpecs).map(([name, spec]) =>
    fabricObject([WIRING, 'Connection'], name, spec, connectionLabels(name, spec)),
  ),
];
