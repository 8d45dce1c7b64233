// When the demo opens by itself, and how its fabrics stand beside real ones.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { DemoFabrics } from '../../../src-main/demo-host/demo-fabrics.ts';
import type { DemoProcess } from '../../../src-main/demo-host/demo-host.ts';
import { makeCertificate } from '../../../src-main/demo/certificate.ts';
import { writeKubeconfig } from '../../../src-main/demo/kubeconfig.ts';
import type { Kubeconfig } from '../../../src-main/kube/contract.ts';
import { loadKubeconfig } from '../../../src-main/kube/kubeconfig.ts';
import { contextTo } from '../fabric/fake-cluster.ts';

const READY = {
  ready: {
    kubeconfig: writeKubeconfig(
      ['demo-lab', 'demo-prod'].map((context) => ({
        context,
        fabric: context,
        server: 'https://127.0.0.1:4001',
        token: 'token',
      })),
      (await makeCertificate(Date.now())).authority,
    ),
  },
};

const FOLDER = mkdtempSync(join(tmpdir(), 'hedgerow-demo-fabrics-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

function demoWith({ alone = false, message = READY }: { alone?: boolean; message?: object } = {}) {
  let starts = 0;
  const demo = new DemoFabrics({
    alone,
    folder: FOLDER,
    spawn: (): DemoProcess => {
      starts += 1;
      return {
        post: () => undefined,
        onMessage: (listener) => queueMicrotask(() => listener(message)),
        onExit: () => undefined,
        end: () => undefined,
      };
    },
    onChange: () => undefined,
    onEnd: () => undefined,
    now: () => 0,
  });
  return { demo, starts: () => starts };
}

const nowhere = () => loadKubeconfig({ env: {}, home: '/does-not-exist', serviceAccount: '/does-not-exist' });
const named = () => loadKubeconfig({ env: { KUBECONFIG: '/does-not-exist/config' } });
const real =
  (...names: string[]) =>
  (): Promise<Kubeconfig> =>
    Promise.resolve({
      sources: ['~/.kube/config'],
      current: names[0],
      contexts: names.map((name) => contextTo('https://127.0.0.1:9', name)),
      problems: [],
    });
const ids = ({ contexts }: Kubeconfig) => contexts.map(({ id }) => id);

describe('by itself', () => {
  test('it opens where no kubeconfig exists, and that none exists is no problem then', async () => {
    const { demo } = demoWith();
    const kubeconfig = await demo.load(nowhere);
    expect(ids(kubeconfig)).toEqual(['demo-lab', 'demo-prod']);
    expect(kubeconfig).toMatchObject({ current: 'demo-lab', problems: [] });
    expect(demo.byItself).toBe(true);
  });

  test.for([
    ['a kubeconfig exists', real('prod')],
    ['a kubeconfig without contexts exists', real()],
    ['KUBECONFIG names a file that does not exist', named],
  ] as const)('it stays closed where %s', async ([, read]) => {
    const { demo, starts } = demoWith();
    const kubeconfig = await demo.load(read);
    expect(kubeconfig).toEqual(await read());
    expect(starts()).toBe(0);
  });

  test('it stays closed once it was closed', async () => {
    const { demo, starts } = demoWith();
    await demo.load(nowhere);
    demo.close();
    expect(ids(await demo.load(nowhere))).toEqual([]);
    expect(starts()).toBe(1);
  });

  test('a demo that cannot start is told once, beside what was told before', async () => {
    const { demo, starts } = demoWith({ message: { failed: 'No port is free' } });
    const { problems } = await demo.load(nowhere);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('There is no kubeconfig'),
      'No port is free.',
    ]);
    await demo.load(nowhere);
    expect(starts()).toBe(1);
  });
});

test('alone, it reads no kubeconfig', async () => {
  const { demo } = demoWith({ alone: true });
  const kubeconfig = await demo.load(() => Promise.reject(new Error('was read')));
  expect(ids(kubeconfig)).toEqual(['demo-lab', 'demo-prod']);
});

describe('on request', () => {
  test('it stands behind the real fabrics and changes nothing of them', async () => {
    const { demo } = demoWith();
    await demo.open();
    const kubeconfig = await demo.load(real('prod', 'lab'));
    expect(ids(kubeconfig)).toEqual(['prod', 'lab', 'demo-lab', 'demo-prod']);
    expect(kubeconfig).toMatchObject({ current: 'prod', sources: ['~/.kube/config'] });
    expect(demo.byItself).toBe(false);
  });

  test('its kubeconfig lies in a file for kubectl until the demo ends', async () => {
    const { demo } = demoWith();
    expect(() => demo.placeKubeconfig()).toThrow('The demo is not running.');
    await demo.open();
    const path = demo.placeKubeconfig();
    expect(readFileSync(path, 'utf8')).toBe(READY.ready.kubeconfig);
    demo.end();
    expect(existsSync(path)).toBe(false);
  });

  test('a real context keeps its name', async () => {
    const { demo } = demoWith();
    await demo.open();
    const { contexts } = await demo.load(real('demo-lab'));
    expect(contexts.map(({ id, demo: isDemo }) => [id, isDemo])).toEqual([
      ['demo-lab', undefined],
      ['demo-lab (demo)', true],
      ['demo-prod', true],
    ]);
    expect(contexts[1]?.access?.fabric).toBe('demo-lab (demo)');
  });
});
