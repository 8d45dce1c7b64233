/** Runs a kubectl session on one server and writes down what kubectl said, without what differs between any two servers. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { runKubectl, type KubectlResult, type KubectlTarget } from '../../../cluster/kubectl.ts';
import { createNormaliser } from '../normalise.ts';
import type { Side } from '../side.ts';
import type { Command, Session } from './command.ts';

export interface Said {
  readonly command: string;
  readonly code: number;
  readonly lines: readonly string[];
}

/** Where kubectl runs and what it calls things there. */
export interface Desk {
  readonly side: Side;
  readonly binary: string;
  /** An empty folder of its own: kubeconfig files, discovery cache. */
  readonly folder: string;
}

const PATIENCE = 60_000;

function kubeconfigFor(side: Side, folder: string, user: keyof Side['tokens']): string {
  const file = join(folder, user);
  if (existsSync(file)) return file;
  const name = 'contract';
  const ca = Buffer.from(side.ca).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: side.server, 'certificate-authority-data': ca } }],
    users: [{ name, user: { token: side.tokens[user] } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
  writeFileSync(file, stringify(config), { mode: 0o600 });
  return file;
}

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:containerd:\/\/|sha256:)?[0-9a-f]{64}\b/g, '<digest>'],
  [/-[0-9a-f]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '-<hash>-<suffix>'],
  [/\b(?<=-|=|hash: )[bcdf0-9]{8,10}\b/g, '<hash>'],
  [/resourceVersion("?): "\d+"/g, 'resourceVersion$1: "<rv>"'],
  [/\b10\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g, '<ip>'],
  [/\b198\.1[89]\.\d{1,3}\.\d{1,3}\b/g, '<ip>'],
  [/\b(\d+[dhms]){1,2}\b( \(x\d+ over (\d+[dhms]){1,2}\))?/g, '<age>'],
  [/\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000/g, '<date>'],
  [/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, '<token>'],
  // Columns are as wide as their widest cell, ages among them.
  [/(\S)[ \t]{2,}/g, '$1  '],
  [/-{4,}/g, '----'],
  [/[ \t]+$/g, ''],
];

export async function runSession(
  { commands }: Session,
  { side, binary, folder }: Desk,
  namespace: string,
): Promise<Said[]> {
  const normaliser = createNormaliser();
  const variables = new Map<string, string>([['ns', namespace]]);
  if (side.node !== undefined) variables.set('node', side.node);
  for (const [name, value] of variables) normaliser.name(name, value);
  normaliser.name('server', new URL(side.server).host);
  const fill = (text: string): string =>
    text.replaceAll(/\{([a-z]+)\}/g, (whole, name: string) => variables.get(name) ?? whole);

  function wordsOf({ run }: Command): string[] {
    const words =
      typeof run === 'string' ? run.split(/(?<!\\) /).map((word) => word.replaceAll('\\ ', ' ')) : run;
    const [verb = '', ...rest] = words.map((word) =>
      fill(word.replaceAll(/^--schedule=.*/g, (all) => all.replaceAll('_', ' '))),
    );
    return [verb, ...(rest.includes('-n') ? [] : ['-n', namespace]), ...rest];
  }

  async function say(command: Command): Promise<KubectlResult & { readonly matched: boolean }> {
    const target: KubectlTarget = {
      binary,
      kubeconfig: kubeconfigFor(side, folder, command.as ?? 'admin'),
      cache: join(folder, 'cache'),
      env: { TZ: 'UTC', ...(command.editor !== undefined && { KUBE_EDITOR: command.editor }) },
    };
    const end = Date.now() + PATIENCE;
    for (;;) {
      const result = await runKubectl(
        target,
        wordsOf(command),
        command.input === undefined ? undefined : fill(command.input),
      );
      const matched = command.until === undefined || (result.code === 0 && command.until.test(result.stdout));
      if (matched || Date.now() > end) return { ...result, matched };
      await delay(200);
    }
  }

  const ready = async (command: Command, until: RegExp): Promise<void> => {
    const { code, stderr } = await say({ ...command, until });
    if (code !== 0) throw new Error(`${side.name}: ${stderr}`);
  };
  // Its controllers bring along what pods need.
  await ready({ run: ['create', 'namespace', namespace] }, /created/);
  await ready({ run: ['get', 'sa/default', 'cm/kube-root-ca.crt', '-o', 'name'] }, /configmap/);
  const said: Said[] = [];
  for (const command of commands) {
    const { code, stdout, stderr, matched } = await say(command);
    if (command.save !== undefined) variables.set(command.save, stdout.trim());
    const clean = (line: string): string =>
      PATTERNS.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), normaliser.text(line));
    const lines = [...stdout.split('\n'), ...stderr.split('\n').map((line) => line && `! ${line}`)]
      .filter((line) => line !== '')
      .filter((line) => command.only?.test(line) ?? true)
      .map(clean);
    const shown = command.quiet === undefined ? (command.last === true ? lines.slice(-1) : lines) : [];
    if (!matched) shown.push(`Within ${PATIENCE} ms it was never ${String(command.until)}.`);
    if (command.anyOrder !== undefined) shown.sort();
    const words = typeof command.run === 'string' ? command.run : command.run.join(' ');
    said.push({ command: words, code, lines: shown });
  }
  return said;
}
