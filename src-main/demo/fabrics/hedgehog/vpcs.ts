/** The VPCs of demo-lab, who is attached to them, and how they reach each other and the outside. */
import { text } from '../../../../shared/cluster/narrow.ts';
import type { DraftObject } from '../../model.ts';
import { fabricObject, VPC, type Spec } from './objects.ts';
import { EXTERNAL, UPLINK } from './wiring.ts';

export const ipv4NamespaceSpec: Spec = { subnets: ['10.80.0.0/16'] };

const NAMESPACES = { ipv4Namespace: 'default', vlanNamespace: 'default' };

export const vpcSpecs: Readonly<Record<string, Spec>> = {
  'vpc-shop': {
    ...NAMESPACES,
    subnets: {
      nodes: {
        subnet: '10.80.1.0/24',
        gateway: '10.80.1.1',
        vlan: 1101,
        dhcp: { enable: true, range: { start: '10.80.1.20', end: '10.80.1.119' } },
      },
      backup: { subnet: '10.80.2.0/24', gateway: '10.80.2.1', vlan: 1102, isolated: true },
    },
  },
  'vpc-data': {
    ...NAMESPACES,
    subnets: { nodes: { subnet: '10.80.17.0/24', gateway: '10.80.17.1', vlan: 1117 } },
  },
};

export const attachmentSpecs: Readonly<Record<string, Spec>> = {
  'lab-1--vpc-shop--nodes': { subnet: 'vpc-shop/nodes', connection: 'lab-1--eslag--leaf-1--leaf-2' },
  'lab-2--vpc-shop--nodes': { subnet: 'vpc-shop/nodes', connection: 'lab-2--eslag--leaf-1--leaf-2' },
  'lab-3--vpc-data--nodes': {
    subnet: 'vpc-data/nodes',
    connection: 'lab-3--unbundled--leaf-1',
    nativeVLAN: true,
  },
};

const NODES_SUBNET = { subnets: ['nodes'] };
export const peeringSpecs: Readonly<Record<string, Spec>> = {
  'vpc-data--vpc-shop': { permit: [{ 'vpc-shop': NODES_SUBNET, 'vpc-data': NODES_SUBNET }] },
};

export const externalSpecs: Readonly<Record<string, Spec>> = {
  [EXTERNAL.name]: {
    ipv4Namespace: 'default',
    inboundCommunity: '65202:7000',
    outboundCommunity: '50000:50002',
  },
};

export const externalAttachmentSpecs: Readonly<Record<string, Spec>> = {
  [`${EXTERNAL.attachedTo}--${EXTERNAL.name}`]: {
    external: EXTERNAL.name,
    connection: UPLINK.connection,
    switch: { vlan: 200, ip: EXTERNAL.ours },
    neighbor: { asn: EXTERNAL.asn, ip: EXTERNAL.ip },
  },
};

export const externalPeeringSpecs: Readonly<Record<string, Spec>> = {
  [`vpc-shop--${EXTERNAL.name}`]: {
    permit: {
      vpc: { name: 'vpc-shop', subnets: ['nodes'] },
      external: { name: EXTERNAL.name, prefixes: [{ prefix: '0.0.0.0/0' }] },
    },
  },
};

/** What the DHCP server serves; it is the fabric's controller that writes it. */
export const LEASES: Readonly<Record<string, string>> = { 'lab-1': '10.80.1.20', 'lab-2': '10.80.1.21' };

export const DHCP_SUBNET: DraftObject = fabricObject(
  ['dhcp.githedgehog.com', 'DHCPSubnet'],
  'vpc-shop--nodes',
  {
    subnet: 'vpc-shop/nodes',
    cidrBlock: '10.80.1.0/24',
    gateway: '10.80.1.1',
    startIP: '10.80.1.20',
    endIP: '10.80.1.119',
    leaseTimeSeconds: 3600,
    vrf: 'VrfVvpc-shop',
    circuitID: 'Vlan1101',
    pxeURL: '',
    defaultURL: '',
    dnsServers: [],
    timeServers: [],
    interfaceMTU: 9036,
  },
  { vpc: 'vpc-shop', subnet: 'nodes' },
);

export const VPC_OBJECTS: readonly DraftObject[] = [
  fabricObject([VPC, 'IPv4Namespace'], 'default', ipv4NamespaceSpec),
  ...Object.entries(vpcSpecs).map(([name, spec]) =>
    fabricObject([VPC, 'VPC'], name, spec, { ipv4ns: 'default', vlanns: 'default' }),
  ),
  ...Object.entries(attachmentSpecs).map(([name, spec]) => {
    const [vpc = '', subnet = ''] = text(spec.subnet).split('/');
    return fabricObject([VPC, 'VPCAttachment'], name, spec, {
      vpc,
      subnet,
      connection: text(spec.connection),
    });
  }),
  ...Object.entries(peeringSpecs).map(([name, spec]) =>
    fabricObject([VPC, 'VPCPeering'], name, spec, { vpc1: 'vpc-data', vpc2: 'vpc-shop' }),
  ),
  ...Object.entries(externalSpecs).map(([name, spec]) =>
    fabricObject([VPC, 'External'], name, spec, { ipv4ns: 'default' }),
  ),
  ...Object.entries(externalAttachmentSpecs).map(([name, spec]) =>
    fabricObject([VPC, 'ExternalAttachment'], name, spec, {
      external: EXTERNAL.name,
      connection: UPLINK.connection,
    }),
  ),
  ...Object.entries(externalPeeringSpecs).map(([name, spec]) =>
    fabricObject([VPC, 'ExternalPeering'], name, spec, { vpc: 'vpc-shop', external: EXTERNAL.name }),
  ),
];
