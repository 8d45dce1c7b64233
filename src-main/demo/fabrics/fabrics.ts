/** The demo fabrics, by name. */
import { TOKEN_OWNERS } from './access.ts';
import { EDGE, EDGE_ROOTS } from './edge.ts';
import { MINUTE, type DemoFabric } from './fabric.ts';
import { plantHedgehog } from './hedgehog/plant-hedgehog.ts';
import { LAB, LAB_ROOTS } from './lab.ts';
import { plantStory } from './plant.ts';
import { prod, PROD_ROOTS } from './prod.ts';

const AGE = 45 * MINUTE;

export const DEMO_FABRICS: readonly DemoFabric[] = [
  {
    name: 'demo-lab',
    description: 'A small shop on three nodes beside a Hedgehog network of four switches.',
    callers: TOKEN_OWNERS,
    defaultCaller: 'admin',
    roots: LAB_ROOTS,
    ageMs: AGE,
    plant: (registry, { clock }) => {
      plantStory(registry, clock, LAB);
      plantHedgehog(registry, clock, AGE);
    },
  },
  {
    name: 'demo-prod',
    description:
      'A shop of ten teams, 300 pods on 20 nodes, seen by a viewer who must not read secrets and nodes.',
    callers: TOKEN_OWNERS,
    defaultCaller: 'viewer',
    roots: PROD_ROOTS,
    ageMs: AGE,
    plant: (registry, { clock, pods }) => plantStory(registry, clock, prod(pods)),
  },
  {
    name: 'demo-edge',
    description:
      'Two machines at the edge, which cannot be reached at first: the token has expired, and the API server is slow.',
    callers: TOKEN_OWNERS,
    defaultCaller: 'admin',
    roots: EDGE_ROOTS,
    atFirst: ['expire-token', 'slow-down'],
    ageMs: AGE,
    plant: (registry, { clock }) => plantStory(registry, clock, EDGE),
  },
];
