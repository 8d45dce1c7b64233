// Where the boxes of a causal chain stand.
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../shared/model/finding.ts';
import { CHAIN, layoutChain, pathTo } from '../../../../src-renderer/views/triage/chain.ts';
import { linkFindings, makeFinding } from '../../make-finding.ts';

function lay(open: string, ...findings: readonly Finding[]) {
  const byId = linkFindings(...findings);
  const finding = byId.get(open);
  if (!finding) throw new Error(`no ${open}`);
  return layoutChain(finding, (id) => byId.get(id));
}
const places = (chain: ReturnType<typeof lay>) =>
  chain?.boxes.map((box) => `${box.finding.id} ${String(box.column)}/${String(box.row)}`);
const root = makeFinding('root');
const effect = (id: string, rootCause: string) => makeFinding(id, { rootCause });

describe('layoutChain', () => {
  it('is nothing for a root without effects', () => {
    expect(lay('root', root)).toBeUndefined();
  });

  it('draws one line from root to the last effect, the same whichever is open', () => {
    const all = [root, effect('pod', 'root'), effect('service', 'pod')];
    for (const open of ['root', 'pod', 'service'])
      expect(places(lay(open, ...all))).toEqual(['root 0/0', 'pod 1/0', 'service 2/0']);
  });

  it('keeps the open finding in the first row, and counts what has no room', () => {
    const many = Array.from({ length: 9 }, (_, number) => effect(`e${String(number)}`, 'root'));
    const chain = lay('e7', root, ...many);
    expect(places(chain)).toEqual(['root 0/0', 'e7 1/0', 'e0 1/1']);
    expect(chain?.left).toBe(7);
  });

  it('stops after the last column and counts the rest', () => {
    const line = Array.from({ length: 9 }, (_, number) =>
      effect(`e${String(number)}`, number === 0 ? 'root' : `e${String(number - 1)}`),
    );
    const chain = lay('root', root, ...line);
    expect(chain?.boxes).toHaveLength(CHAIN.maxColumns);
    expect(chain?.left).toBe(4);
    expect(chain?.width).toBe((CHAIN.maxColumns - 1) * CHAIN.columnStep + CHAIN.boxWidth);
  });

  it('draws an edge for every box but the root, straight in a row and bent between rows', () => {
    const chain = lay('root', root, effect('a', 'root'), effect('b', 'root'));
    expect(chain?.edges).toEqual(['M150 33H175', 'M150 33H160V105H175']);
  });

  it('survives a circle and an effect with two causes', () => {
    const a = { ...makeFinding('a', { rootCause: 'b' }), effects: ['b'] };
    const b = { ...makeFinding('b', { rootCause: 'a' }), effects: ['a', 'a'] };
    const byId = new Map([
      ['a', a],
      ['b', b],
    ]);
    expect(places(layoutChain(a, (id) => byId.get(id)))).toEqual(['b 0/0', 'a 1/0']);
    expect(pathTo(a, (id) => byId.get(id)).map((one) => one.id)).toEqual(['b', 'a']);
  });
});
