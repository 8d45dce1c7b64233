/** What the window may load, which flags it takes, and where it opens. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseAppFlags } from '../../../src-main/window/app-flags.ts';
import { usableBounds } from '../../../src-main/window/bounds.ts';
import { resolvePage, servePage } from '../../../src-main/window/protocol.ts';

const ROOT = resolve('/srv/page');

describe('resolvePage', () => {
  test.each([
    ['app://hedgerow/index.html', '/srv/page/index.html'],
    ['app://hedgerow/', '/srv/page/index.html'],
    ['app://hedgerow/assets/a%20b.js?v=1#x', '/srv/page/assets/a b.js'],
    // A URL cannot climb above its root: these stay inside.
    ['app://hedgerow/../index.html', '/srv/page/index.html'],
    ['app://hedgerow/%2e%2e/%2e%2e/index.html', '/srv/page/index.html'],
  ])('%s', (url, file) => {
    expect(resolvePage(ROOT, url)).toBe(resolve(file));
  });

  test.each([
    'app://other/index.html',
    'app://hedgerow.evil/index.html',
    'file:///srv/page/index.html',
    'https://hedgerow/index.html',
    'app://hedgerow/..%2f..%2fetc/x.json',
    'app://hedgerow/%5c..%5csecret.json',
    'app://hedgerow/index.html%00.png',
    'app://hedgerow/%E0%A4%A',
    'app://hedgerow/main.ts',
    'app://hedgerow/assets/',
    'no url',
  ])('%s leads nowhere', (url) => {
    expect(resolvePage(ROOT, url)).toBeUndefined();
  });
});

describe('servePage', () => {
  test('files with their type and a policy without inline script; anything else is 404', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hedgerow-page-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'index.html'), '<p>hi');
    const page = await servePage(folder, new Request('app://hedgerow/'));
    expect(await page.text()).toBe('<p>hi');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self';/);
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|https?:/);
    expect((await servePage(folder, new Request('app://hedgerow/absent.js'))).status).toBe(404);
    expect((await servePage(folder, new Request('app://hedgerow/', { method: 'POST' }))).status).toBe(404);
  });
});

describe('parseAppFlags', () => {
  const electron = (...args: string[]) => parseAppFlags(['electron', ...args], false);

  test.each([
    [['--no-sandbox', '--disable-gpu', '/app', '--smoke'], { demo: false, smoke: true }],
    [
      ['/app', '--kubeconfig', 'k', '--context=c'],
      { demo: false, smoke: false, kubeconfig: 'k', context: 'c' },
    ],
    [
      ['--inspect=0', '--remote-debugging-port=0', '/app', '--screenshot', 'a.png'],
      { demo: false, smoke: false, screenshot: 'a.png' },
    ],
    [['/app', '--demo'], { demo: true, smoke: false }],
    [['.'], { demo: false, smoke: false }],
    [[], { demo: false, smoke: false }],
  ])('%j', (args, flags) => {
    expect(electron(...args)).toEqual({ flags });
  });

  test('a package has no folder before its flags', () => {
    expect(parseAppFlags(['/opt/hedgerow', '--smoke'], true)).toEqual({
      flags: { demo: false, smoke: true },
    });
    expect(parseAppFlags(['/opt/hedgerow', 'x'], true)).toHaveProperty('refused');
  });

  test.each<[string[], RegExp]>([
    [['/app', '--smokey'], /--smokey/],
    [['/app', 'extra'], /extra/],
    [['/app', '--screenshot', 'a.jpg'], /\.png/],
    [['/app', '--context'], /--context/],
    [['/app', '--kubeconfig', ' '], /--kubeconfig is empty/],
  ])('%j is refused with a sentence', (args, says) => {
    const parsed = electron(...args);
    expect('refused' in parsed ? parsed.refused : '').toMatch(says);
  });
});

describe('usableBounds', () => {
  const displays = [
    { workArea: { x: 0, y: 0, width: 1920, height: 1080 } },
    { workArea: { x: 1920, y: 0, width: 1280, height: 1024 } },
  ];
  const stored = (x: number | undefined, y: number | undefined) => ({
    ...(x !== undefined && { x }),
    ...(y !== undefined && { y }),
    width: 1000,
    height: 700,
    maximized: false,
  });
  test.each([
    ['nothing remembered', null, { width: 1440, height: 900 }],
    ['on the second display', stored(2000, 50), { x: 2000, y: 50, width: 1000, height: 700 }],
    ['never moved', stored(undefined, undefined), { width: 1000, height: 700 }],
    ['its display is gone', stored(5000, 50), { width: 1000, height: 700 }],
    ['only a corner is left', stored(3150, 1000), { width: 1000, height: 700 }],
  ])('%s', (_name, given, bounds) => {
    expect(usableBounds(given, displays)).toEqual(bounds);
  });
});
