/** That a change at a path copies what it touches and nothing else. */
import { describe, expect, it } from 'vitest';
import { getIn, setIn } from '../../../../src-main/demo/fabrics/change.ts';

const OBJECT = { spec: { list: [{ image: 'a' }, { image: 'b' }], replicas: 2 } };

describe('setIn', () => {
  it('changes a field within a list', () => {
    const changed = setIn(OBJECT, ['spec', 'list', 1, 'image'], 'c');
    expect(changed).toEqual({ spec: { list: [{ image: 'a' }, { image: 'c' }], replicas: 2 } });
    expect(OBJECT.spec.list[1]).toEqual({ image: 'b' });
  });

  it('makes the objects on the way', () => {
    expect(setIn({}, ['spec', 'selector', 'app'], 'x')).toEqual({ spec: { selector: { app: 'x' } } });
  });

  it('takes a field away', () => {
    expect(setIn(OBJECT, ['spec', 'replicas'], undefined)).toEqual({ spec: { list: OBJECT.spec.list } });
  });

  it('does not lengthen a list', () => {
    expect(setIn({ list: [1] }, ['list', 3], 4)).toEqual({ list: [1] });
  });
});

describe('getIn', () => {
  it.each([
    [['spec', 'list', 0, 'image'], 'a'],
    [['spec', 'replicas'], 2],
    [['spec', 'missing', 'deeper'], undefined],
    [['spec', 'list', 7], undefined],
    [['constructor'], undefined],
  ])('%j', (path, value) => {
    expect(getIn(OBJECT, path)).toEqual(value);
  });
});
