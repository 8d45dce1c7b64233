// Records the schemas of the built-in kinds, and how Go declares their fields, for the demo server: node test/cluster/record-openapi.ts --kubeconfig FILE .
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { z } from 'zod';
import { ensureBinary } from './binary.ts';
import { runKubectl } from './kubectl.ts';

const OUT = join(import.meta.dirname, '../../src-main/demo/schema');

const DOCUMENTS = [
  'api/v1',
  ...[
    'admissionregistration.k8s.io/v1',
    'apiextensions.k8s.io/v1',
    'apiregistration.k8s.io/v1',
    'apps/v1',
    'authentication.k8s.io/v1',
    'authorization.k8s.io/v1',
    'autoscaling/v1',
    'autoscaling/v2',
    'batch/v1',
    'coordination.k8s.io/v1',
    'discovery.k8s.io/v1',
    'events.k8s.io/v1',
    'networking.k8s.io/v1',
    'policy/v1',
    'rbac.authorization.k8s.io/v1',
    'scheduling.k8s.io/v1',
    'storage.k8s.io/v1',
  ].map((group) => `apis/${group}`),
];

const KIND = 'x-kubernetes-group-version-kind';
const REFERENCE = '#/components/schemas/';

// Bodies of patches are of no kind, but of this schema.
const PATCH = 'io.k8s.apimachinery.pkg.apis.meta.v1.Patch';

// Watches are streams of their own, no kind that anyone writes.
const LEFT_OUT = /\.WatchEvent$/;

const schema = z.record(z.string(), z.unknown());
const documentSchema = z.object({ components: z.object({ schemas: z.record(z.string(), schema) }) });

type Schemas = Record<string, z.infer<typeof schema>>;

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === '$ref' && typeof each === 'string' && each.startsWith(REFERENCE)
      ? [each.slice(REFERENCE.length)]
      : referencesIn(each),
  );
}

/** Names of the kinds and of all that they refer to. */
function findReachable(schemas: Schemas): Set<string> {
  const reached = new Set<string>();
  const kinds = Object.keys(schemas).filter((name) => schemas[name]?.[KIND] && !LEFT_OUT.test(name));
  const queue = [PATCH, ...kinds];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    queue.push(...referencesIn(schemas[name]));
  }
  return reached;
}

/** One entry a line, so that a change of Kubernetes reads well in a diff. */
function write(file: string, what: string, entries: Record<string, unknown>): void {
  const origin = `${what}, Apache License 2.0, Copyright The Kubernetes Authors; test/cluster/record-openapi.ts records them.`;
  const lines = Object.keys(entries)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(entries[name])}`);
  const text = `{"//":${JSON.stringify(origin)},\n"schemas":{\n${lines.join(',\n')}\n}}\n`;
  writeFileSync(join(OUT, file), text);
}

/** What the schemas do not tell of a field: its Go type, whether it is a pointer, whether its zero value is written. */
async function readGoFields(): Promise<Record<string, unknown>> {
  const { stdout } = await promisify(execFile)('go', ['run', './go-fields'], {
    cwd: import.meta.dirname,
    maxBuffer: 16 << 20,
  });
  return z.record(z.string(), z.record(z.string(), z.string())).parse(JSON.parse(stdout));
}

function pick<T>(from: Record<string, T>, names: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.has(name)));
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { kubeconfig: { type: 'string' } } });
  if (values.kubeconfig === undefined) throw new Error('usage: --kubeconfig FILE');
  const binary = await ensureBinary((sentence) => process.stderr.write(`${sentence}\n`));
  const target = { binary, kubeconfig: values.kubeconfig, cache: join(dirname(binary), 'kubectl-cache') };
  const read = async (path: string): Promise<unknown> => {
    const { code, stdout, stderr } = await runKubectl(target, ['get', '--raw', path]);
    if (code !== 0) throw new Error(`GET ${path}: ${stderr.trim()}`);
    return JSON.parse(stdout);
  };
  const schemas: Schemas = {};
  for (const path of DOCUMENTS) {
    const { components } = documentSchema.parse(await read(`/openapi/v3/${path}`));
    Object.assign(schemas, components.schemas);
  }
  const { gitVersion } = z.object({ gitVersion: z.string() }).parse(await read('/version'));
  const kept = findReachable(schemas);
  write('built-in.json', `Schemas of the Kubernetes API ${gitVersion}`, pick(schemas, kept));
  write(
    'go-fields.json',
    `Fields of the Go types of Kubernetes ${gitVersion}`,
    pick(await readGoFields(), kept),
  );
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
