// Short names that tell the pods and containers of a merged log apart.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameSources } from '../../../../src-renderer/views/dock/source-names.ts';

/** `a-1/main` as pod and container. */
function source(text: string): { pod: string; container: string } {
  const [pod = '', container = ''] = text.split('/');
  return { pod, container };
}

describe('nameSources', () => {
  it.each([
    [
      ['api-7c9f-x2k8p/main', 'api-7c9f-m4t7q/main'],
      ['x2k8p', 'm4t7q'],
    ],
    [
      ['api-7c9f-x2k8p/main', 'api-7c9f-x2k8p/proxy'],
      ['main', 'proxy'],
    ],
    [
      ['api-x2k8p/main', 'api-x2k8p/proxy', 'api-m4t7q/main'],
      ['x2k8p/main', 'x2k8p/proxy', 'm4t7q/main'],
    ],
    [
      ['web-0/main', 'db-0/main'],
      ['web-0', 'db-0'],
    ],
    [['web/main'], ['web']],
    [['web-/main'], ['web-']],
    [[], []],
  ])('%o', (sources, names) => {
    expect([...nameSources(sources.map(source)).values()]).toEqual(names);
  });

  it('tells all sources apart', () => {
    const name = fc.stringMatching(/^[a-c-]{1,6}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, name), { selector: ([pod, container]) => `${pod}/${container}` }),
        (pairs) => {
          const names = nameSources(pairs.map(([pod, container]) => ({ pod, container })));
          expect(new Set(names.values()).size).toBe(pairs.length);
        },
      ),
    );
  });
});
