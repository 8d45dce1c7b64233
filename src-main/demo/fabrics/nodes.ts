/** The machines of a demo fabric, as their kubelets would register them. */
import type { DraftObject } from '../model.ts';

interface Machines {
  readonly prefix: string;
  readonly count: number;
  /** Of each machine. */
  readonly cpu: number;
  readonly memoryGi: number;
  readonly zones: readonly string[];
  /** First address, of a /24. */
  readonly firstIp: readonly [string, number];
}

const KI = 1024 * 1024;
/** What the kubelet keeps for the system. */
const RESERVED_KI = 768 * 1024;
const MAX_PODS = '110';

export function nodes(machines: Machines): DraftObject[] {
  return Array.from({ length: machines.count }, (_, index) => node(machines, index));
}

function node({ prefix, count, cpu, memoryGi, zones, firstIp }: Machines, index: number): DraftObject {
  const name = `${prefix}-${String(index + 1).padStart(count > 9 ? 2 : 1, '0')}`;
  const [network, first] = firstIp;
  const whole = { cpu: `${cpu}`, 'ephemeral-storage': '100Gi', pods: MAX_PODS };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/zone': zones[index % zones.length] ?? 'zone-a',
      },
    },
    spec: {},
    status: {
      capacity: { ...whole, memory: `${memoryGi * KI}Ki` },
      allocatable: { ...whole, memory: `${memoryGi * KI - RESERVED_KI}Ki` },
      addresses: [
        { type: 'InternalIP', address: `${network}.${first + index}` },
        { type: 'Hostname', address: name },
      ],
    },
  };
}
