// A fabric on the small API server that closes with the test; its probe is a stub that counts, unless a test brings one.
import { expect, onTestFinished, vi } from 'vitest';
import type { ProbeReport } from '../../../shared/model/connection.ts';
import { Fabric, type FabricOptions } from '../../../src-main/fabric/fabric.ts';
import { contextTo, type FakeCluster } from './fake-cluster.ts';
import { sickScenario } from './sick-pod.ts';

export const SOON = { timeout: 25_000, interval: 20 };

/** A report in which every layer holds. */
function reportOf(server: string, at = Date.now()): ProbeReport {
  return {
    at,
    server,
    steps: [],
    addresses: [],
    chain: [],
    authorities: [],
    alternatives: [],
    timeoutMs: 30_000,
  };
}

export function fabricTo(url: string, options: Partial<FabricOptions> = {}) {
  const probe = vi.fn<NonNullable<FabricOptions['probe']>>(() => Promise.resolve(reportOf(url)));
  const fabric = new Fabric({
    context: contextTo(url),
    scenarios: [sickScenario],
    now: Date.now,
    probe,
    ...options,
  });
  onTestFinished(() => fabric.close());
  return { fabric, probe };
}

export async function openLive({ server }: FakeCluster, options: Partial<FabricOptions> = {}) {
  const opened = fabricTo(server.url, options);
  opened.fabric.open();
  await vi.waitFor(() => expect(opened.fabric.link.phase).toBe('live'), SOON);
  await vi.waitFor(() => expect(opened.fabric.answer.synced).toBe(true), SOON);
  return opened;
}

/** Names of the subjects of all findings. */
export const subjects = (fabric: Fabric): string[] =>
  fabric.answer.findings.map(({ subject }) => subject.name);
export const scenarioIds = (fabric: Fabric): string[] =>
  fabric.answer.findings.map(({ scenario }) => scenario);
