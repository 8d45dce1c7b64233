/** That every image of the demo exists but the two that are planted as missing, and that programs have room to run. */
import { describe, expect, it } from 'vitest';
import { list, record, text } from '../../../../shared/cluster/narrow.ts';
import { DEMO_FABRICS } from '../../../../src-main/demo/fabrics/fabrics.ts';
import { DEMO_IMAGES } from '../../../../src-main/demo/fabrics/images.ts';
import type { Registry } from '../../../../src-main/demo/registry/contract.ts';
import { createImages } from '../../../../src-main/demo/kubelet/images.ts';
import { parseQuantity } from '../../../../shared/cluster/quantities.ts';
import { plantOnly } from './make-registry.ts';

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'];
const MIB = 1024 * 1024;

interface Use {
  readonly owner: string;
  readonly image: string;
  readonly limit: number;
}

function usesIn(registry: Registry): Use[] {
  return registry.catalogue
    .all()
    .filter(({ kind, custom }) => custom === undefined && WORKLOADS.includes(kind))
    .flatMap((resource) =>
      registry.list(resource).flatMap(({ kind, metadata, spec }) => {
        const inner = kind === 'CronJob' ? record(record(spec).jobTemplate).spec : spec;
        return list(record(record(record(inner).template).spec).containers).map((container) => ({
          owner: `${metadata.namespace}/${metadata.name}`,
          image: text(record(container).image),
          limit: parseQuantity(record(record(record(container).resources).limits).memory) ?? Infinity,
        }));
      }),
    );
}

const images = createImages(DEMO_IMAGES);
const pull = (image: string): ReturnType<typeof images.pull> => images.pull(image, () => [], '10.0.0.1');

const MISSING: Readonly<Record<string, string>> = {
  'demo-lab': 'data/reports',
  'demo-prod': 'search/search-api',
};
const STARVED: Readonly<Record<string, string>> = { 'demo-prod': 'recommend/recommender' };

describe.each(DEMO_FABRICS)('$name', (fabric) => {
  const uses = usesIn(plantOnly(fabric));

  it('names no image that does not exist, but the planted one', () => {
    expect(uses.length).toBeGreaterThan(7);
    const missing = uses.filter(({ image }) => 'error' in pull(image));
    expect(missing.map(({ owner }) => owner)).toEqual(fabric.name in MISSING ? [MISSING[fabric.name]] : []);
  });

  it('gives every program the memory it needs, but the planted one', () => {
    const starved = uses.filter(({ image, limit }) => {
      const found = pull(image);
      return 'image' in found && (found.image.row.program.memoryMiB ?? 20) * MIB > limit;
    });
    expect(starved.map(({ owner }) => owner)).toEqual(fabric.name in STARVED ? [STARVED[fabric.name]] : []);
  });
});

it('all images are of the demo’s own registry', () => {
  expect([...new Set(DEMO_IMAGES.map(({ repository }) => repository.split('/')[0]))]).toEqual([
    'registry.demo.internal',
  ]);
});
