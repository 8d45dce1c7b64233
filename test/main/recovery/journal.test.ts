/** The journal: what is in it stays, whoever writes at the same time and however a line was cut off. */
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { JournalEntry } from '../../../shared/model/plan.ts';
import { openJournal } from '../../../src-main/recovery/journal.ts';
import { errorOf } from '../kube/scripted-server.ts';

const FABRIC = 'arn:aws:eks:eu-central-1:1:cluster/a b';
const entry = (says: string): JournalEntry => ({
  at: 7,
  fabric: FABRIC,
  cluster: 'uid-1',
  plan: 'create-rbac-x',
  title: 'Allow oncall',
  ref: { apiVersion: 'v1', kind: 'Namespace', name: 'a' },
  request: 'POST /api/v1/namespaces',
  outcome: 'done',
  says,
});

function home(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
function onlyFile(folder: string): string {
  const [name = '', ...more] = readdirSync(join(folder, 'journal'));
  expect(more).toEqual([]);
  return join(folder, 'journal', name);
}
const said = (entries: readonly JournalEntry[]) => entries.map(({ says }) => says);

describe('openJournal', () => {
  it('gives back what was added, newest first, for this fabric alone', async () => {
    const folder = home();
    const journal = openJournal(folder);
    expect(await journal.list(FABRIC)).toEqual([]);
    await journal.append(entry('first'));
    await journal.append(entry('second'));
    await journal.append({ ...entry('other'), fabric: 'b' });
    expect(await openJournal(folder).list(FABRIC)).toEqual([entry('second'), entry('first')]);
    expect(await journal.list(FABRIC, 1)).toEqual([entry('second')]);
  });

  it('keeps the path of a request whole, however long', async () => {
    const request = 'POST /api/v1/namespaces/team-42/serviceaccounts/robot7/token at https://127.0.0.1:6443';
    const journal = openJournal(home());
    await journal.append({ ...entry('done'), request });
    expect((await journal.list(FABRIC)).map((each) => each.request)).toEqual([request]);
  });

  it('is readable by its owner alone, and holds no secret', async () => {
    const folder = home();
    await openJournal(folder).append(entry('token: eyJhbGciOiJSUzI1NiJ9.e30.abc and password=hunter22'));
    const file = onlyFile(folder);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(readFileSync(file, 'utf8')).not.toMatch(/eyJ|hunter22/);
  });

  it('a line that was cut off harms no other', async () => {
    const folder = home();
    const journal = openJournal(folder);
    await journal.append(entry('whole'));
    appendFileSync(onlyFile(folder), '{"at":8,"fabr');
    expect(said(await journal.list(FABRIC))).toEqual(['whole']);
    await journal.append(entry('next'));
    appendFileSync(
      onlyFile(folder),
      'null\n[]\n{"at":"x"}\n{"at":1,"outcome":"done","ref":{"__proto__":{}}}\n',
    );
    expect(said(await journal.list(FABRIC))).toEqual(['next', 'whole']);
  });

  it('two processes that write at once lose nothing', async () => {
    const folder = home();
    const module = new URL('../../../src-main/recovery/journal.ts', import.meta.url).href;
    const script = `
      const { openJournal } = await import(${JSON.stringify(module)});
      const journal = openJournal(${JSON.stringify(folder)});
      for (let index = 0; index < 20; index++)
        await journal.append({ ...${JSON.stringify(entry(''))}, says: process.argv[1] + index });`;
    const write = (name: string) =>
      new Promise((resolve) =>
        spawn(process.execPath, ['--input-type=module', '-e', script, name], { stdio: 'inherit' }).on(
          'close',
          resolve,
        ),
      );
    expect(await Promise.all(['a', 'b'].map(write))).toEqual([0, 0]);
    const entries = said(await openJournal(folder).list(FABRIC));
    expect(new Set(entries).size).toBe(40);
    expect(entries.filter((each) => each.startsWith('a')).reverse()).toEqual(
      Array.from({ length: 20 }, (_, index) => `a${index}`),
    );
  });

  it('the lock of a process that died is broken', async () => {
    const folder = home();
    const journal = openJournal(folder);
    await journal.append(entry('before'));
    const dead = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => dead.on('close', resolve));
    const { hostname } = await import('node:os');
    writeFileSync(`${onlyFile(folder)}.lock`, `${String(dead.pid)}\n${hostname()}\n`);
    await journal.append(entry('after'));
    expect(said(await journal.list(FABRIC))).toEqual(['after', 'before']);
    onlyFile(folder);
  });

  it('says where it cannot be written, before anything is done', async () => {
    const folder = home();
    writeFileSync(join(folder, 'journal'), 'no folder');
    const error = await errorOf(openJournal(folder).check(FABRIC));
    expect(error.message).toMatch(/journal.*cannot be written/);
    expect(error.hint).toBeDefined();
  });
});
