/** The two servers that are compared: a real control plane, and a demo fabric with nothing in it but what any cluster has. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { nodes } from '../../../src-main/demo/fabrics/nodes.ts';
import { plantStory } from '../../../src-main/demo/fabrics/plant.ts';
import { startDemo } from '../../../src-main/demo/demo-server.ts';
import type { ServedFabric } from '../../../src-main/demo/demo-fabric-server.ts';
import type { Cluster } from '../../cluster/use-cluster.ts';
import type { Side } from './side.ts';

const kubeconfigSchema = z.object({
  clusters: z.tuple([z.object({ cluster: z.object({ 'certificate-authority-data': z.string() }) })]),
});

/** The cluster's own token users. It goes on when the suite ends unless `stop` says otherwise. */
export function realSide(cluster: Cluster, stop: Side['stop']): Side {
  const { tokens, server } = cluster;
  const { clusters } = kubeconfigSchema.parse(parse(readFileSync(cluster.kubeconfig, 'utf8')));
  const tokenOf = (user: string): string => tokens[user] ?? '';
  return {
    name: 'real',
    server,
    ca: Buffer.from(clusters[0].cluster['certificate-authority-data'], 'base64').toString('utf8'),
    tokens: {
      admin: cluster.adminToken,
      viewer: tokenOf('viewer'),
      limited: tokenOf('limited'),
      nobody: tokenOf('nobody'),
    },
    compact: () => cluster.compact(),
    node: cluster.node?.name,
    stop,
  };
}

const PREFIX = 'demo-empty';
/** A row without groups in the token file of the real one gives the group of no name. */
const user = (name: string, groups: readonly string[] = ['']): ServedFabric['callers'][number] => ({
  id: name,
  caller: { username: name, uid: `uid-${name}`, groups: [...groups, 'system:authenticated'] },
});

const EMPTY: ServedFabric = {
  name: PREFIX,
  description: 'One node and nothing on it.',
  plant: (registry, { clock }) => {
    const machines = {
      prefix: PREFIX,
      count: 1,
      cpu: 4,
      memoryGi: 16,
      zones: [],
      firstIp: ['10.0.0', 11],
    } as const;
    plantStory(registry, clock, { objects: nodes(machines), past: [] });
  },
  callers: [
    user('admin-token', ['system:masters']),
    ...['viewer', 'limited', 'nobody'].map((name) => user(name)),
  ],
  defaultCaller: 'admin',
  roots: [],
  ageMs: 60_000,
};

/** A demo fabric with the users of the test cluster's token file. `still`: its controllers are ended, as on the real side. */
export async function demoSide({ still }: { still: boolean }): Promise<Side> {
  const problems: string[] = [];
  const demo = await startDemo({ fabrics: [EMPTY], report: (sentence) => problems.push(sentence) });
  const [fabric] = demo.fabrics;
  if (!fabric) throw new Error('The demo has no fabric.');
  if (still) fabric.world.stop();
  const { registry } = fabric.world;
  registry.compact();
  const tokenOf = (name: string): string => fabric.tokenOf(name) ?? '';
  return {
    name: 'demo',
    server: fabric.server,
    ca: demo.authority,
    tokens: {
      admin: tokenOf('admin-token'),
      viewer: tokenOf('viewer'),
      limited: tokenOf('limited'),
      nobody: tokenOf('nobody'),
    },
    compact: () => {
      registry.compact();
      return Promise.resolve();
    },
    node: `${PREFIX}-1`,
    stop: async () => {
      await demo.stop();
      if (problems.length > 0) throw new Error(`The demo server reported:\n${problems.join('\n')}`);
    },
  };
}
