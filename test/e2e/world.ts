/** What several end-to-end tests need: incidents in a namespace of their own, and the marks by which the app says it is ready. */
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import type { Cluster } from '../cluster/use-cluster.ts';

const IMAGE = 'hedgerow.test/busybox:1.36';

/** A name that no other test of the run has. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(3).toString('hex')}`;
}

/** A Deployment whose program says why it fails and exits with `exitCode`. */
export function crashingDeployment(namespace: string, exitCode = 3): string {
  return deployment(namespace, 'orders', [
    'echo "orders 2.4.1 starting"',
    'echo "ERROR config missing: /etc/app/config.yaml"',
    `exit ${String(exitCode)}`,
  ]);
}

/** A Deployment that stays up. */
export function runningDeployment(namespace: string): string {
  return deployment(namespace, 'steady', [
    'echo "steady is up"',
    'trap "exit 0" TERM',
    'sleep 100000 & wait',
  ]);
}

function deployment(namespace: string, name: string, script: readonly string[]): string {
  return `
apiVersion: v1
kind: Namespace
metadata: { name: ${namespace} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: main
          image: ${IMAGE}
          command: [sh, -c, ${JSON.stringify(script.join('\n'))}]
`;
}

/** Removes a namespace without waiting for its end. */
export async function dropNamespace(cluster: Cluster, namespace: string): Promise<void> {
  await cluster.kubectlRaw(['delete', 'namespace', namespace, '--wait=false', '--ignore-not-found']);
}

/** Waits until the app has shown a complete diagnosis. */
export async function findingsShown(page: Page): Promise<void> {
  await page.locator('html[data-ready="findings"]').waitFor({ timeout: 45_000 });
}

/** The list of root causes. */
export function rootCauses(page: Page): Locator {
  return page.getByRole('listbox', { name: 'Root causes by severity and impact' });
}

/** Asserts that a locator becomes visible (or hidden), with the limit a test may wait, in ms. */
export async function becomes(
  locator: Locator,
  state: 'visible' | 'hidden',
  timeout = 30_000,
): Promise<void> {
  await locator.first().waitFor({ state, timeout });
  expect(await locator.first().isVisible()).toBe(state === 'visible');
}
