/** The kubeconfig of the demo fabrics: its text, and its place in a file that is never somebody else's. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';

const MARK = "# Written by Hedgerow's demo server, which also removes it.";

/** One way into a fabric. */
export interface DemoContext {
  readonly context: string;
  readonly fabric: string;
  readonly server: string;
  readonly token: string;
  readonly namespace?: string;
}

/** The text of a kubeconfig; the first context is the current one. `authority` is a certificate in PEM. */
export function writeKubeconfig(contexts: readonly DemoContext[], authority: string): string {
  const clusters = new Map(contexts.map(({ fabric, server }) => [fabric, server]));
  const data = Buffer.from(authority).toString('base64');
  return `${MARK}\n${stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': contexts[0]?.context ?? '',
    clusters: [...clusters].map(([name, server]) => ({
      name,
      cluster: { server, 'certificate-authority-data': data },
    })),
    users: contexts.map(({ context, token }) => ({ name: context, user: { token } })),
    contexts: contexts.map(({ context, fabric, namespace }) => ({
      name: context,
      context: { cluster: fabric, user: context, ...(namespace !== undefined && { namespace }) },
    })),
  })}`;
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function unwritable(file: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const why = code === 'ENOENT' ? `the folder ${dirname(file)} does not exist` : code;
  return new Error(`${file} cannot be written: ${why}`, { cause: error });
}

/**
 * Puts the text into `file` in one step, readable for its owner alone. An existing file is replaced only if it is empty
 * or an earlier demo's; else, and where the folder refuses, throws an Error with a sentence. Returns the function that
 * removes the file again, unless another demo has replaced it.
 */
export function placeKubeconfig(file: string, text: string): () => void {
  const present = readOrEmpty(file);
  if (present.trim() !== '' && !present.startsWith(MARK))
    throw new Error(`${file} is not overwritten: it is not a kubeconfig of an earlier demo`);
  const draft = join(dirname(file), `.hedgerow-demo-${process.pid}`);
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw unwritable(file, error);
  }
  return () => {
    if (readOrEmpty(file) === text) rmSync(file, { force: true });
  };
}
