/** Pods against the level of their namespace: refused, or warned of, in the words of kube-apiserver 1.35.4, as recorded. */
import { describe, expect, it } from 'vitest';
import { createStubRegistry, namespaceObjects } from './stub-registry.ts';
import { messageOf, NAMESPACE, pod, readLines, write, WRITE } from './write-path.ts';

interface Recorded {
  readonly name: string;
  readonly level: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly message: string;
  readonly warning: string;
}

const RECORDED = readLines('pod-security.jsonl') as readonly Recorded[];

function worldOf(level: string): ReturnType<typeof createStubRegistry> {
  const labels = {
    'pod-security.kubernetes.io/enforce': level,
    'pod-security.kubernetes.io/warn': 'restricted',
  };
  return createStubRegistry(namespaceObjects(NAMESPACE, labels));
}

describe('pod security', () => {
  it.each(RECORDED)('answers as recorded: $name', ({ level, spec, message, warning }) => {
    const warnings: string[] = [];
    const context = { ...WRITE, dryRun: true, warn: (text: string) => void warnings.push(text) };
    const act = (): unknown => write(worldOf(level), pod(spec), context);
    if (message === '') expect(act()).toMatchObject({ kind: 'Pod' });
    else expect(messageOf(act)).toBe(message);
    expect(warnings.join()).toBe(warning);
  });

  it('warns of templates, and enforces nothing on them', () => {
    const warnings: string[] = [];
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'x' }] } };
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: { selector: { matchLabels: { a: 'b' } }, template },
    };
    write(worldOf('restricted'), deployment, { ...WRITE, warn: (text) => void warnings.push(text) });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(
      'would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
    );
  });

  it('leaves the pods of a namespace without a level alone', () => {
    const free = createStubRegistry(namespaceObjects(NAMESPACE));
    expect(write(free, pod({ hostNetwork: true })).metadata.name).toBe('p');
  });
});
