/** Starts what runs in a cluster beside the kubelets: event recorder, controllers, scheduler, the nodes' heartbeats. */
import type { Registry } from '../registry/contract.ts';
import type { Clock } from './clock.ts';
import { startAutoscaler } from './autoscaler.ts';
import type { UsageOf } from './autoscaler-metrics.ts';
import { startCronJobController } from './cron-job.ts';
import { startDaemonSetController } from './daemon-set.ts';
import { startDeploymentController } from './deployment.ts';
import { startDisruptionController } from './disruption-budget.ts';
import { startEndpointMirroring } from './endpoint-mirroring.ts';
import { startEndpointsController } from './endpoints.ts';
import { startEventRecorder, type RecordEvent } from './events.ts';
import { startGarbageCollector } from './garbage-collector.ts';
import { startHeartbeats } from './heartbeats.ts';
import { Informers } from './informers.ts';
import { startJobController } from './job.ts';
import { startJobPodRelease } from './job-pods.ts';
import { startNamespaceController } from './namespaces.ts';
import { startNodeLifecycle } from './node-lifecycle.ts';
import { startQuotaController } from './quota-status.ts';
import { startReplicaSetController } from './replica-set.ts';
import { startScheduler } from './scheduler.ts';
import { startStatefulSetController } from './stateful-set.ts';
import { podIndexers, type Controller, type Tools } from './tools.ts';
import { startVolumeController } from './volumes.ts';
import { startVolumeProtection } from './volume-protection.ts';
import { createWriter } from './writer.ts';

export interface ControlPlane {
  readonly recordEvent: RecordEvent;
  stop(): void;
}

const CONTROLLERS: readonly ((tools: Tools) => Controller)[] = [
  startDeploymentController,
  startReplicaSetController,
  startStatefulSetController,
  startDaemonSetController,
  startJobController,
  startJobPodRelease,
  startCronJobController,
  startVolumeController,
  startVolumeProtection,
  startQuotaController,
  startDisruptionController,
  startEndpointsController,
  startEndpointMirroring,
  startGarbageCollector,
  startScheduler,
];

export function startControlPlane({
  registry,
  clock,
  rootCertificate = '',
  usageOf = () => undefined,
}: {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly rootCertificate?: string;
  /** What the kubelets measure of a pod. */
  readonly usageOf?: UsageOf;
}): ControlPlane {
  const writer = createWriter(registry, 'system:kube-controller-manager');
  const informers = new Informers(writer);
  const { recordEvent, stop } = startEventRecorder({ registry, clock });
  const tools: Tools = { clock, writer, informers, recordEvent, pods: podIndexers(informers) };
  const running = CONTROLLERS.map((start) => start(tools));
  const heartbeats = startHeartbeats(tools);
  running.push(
    startNamespaceController(tools, rootCertificate),
    startAutoscaler(tools, usageOf),
    heartbeats,
    startNodeLifecycle(tools, (name) => heartbeats.silentSince(name)),
  );
  return {
    recordEvent,
    stop: () => {
      for (const controller of running) controller.stop();
      informers.stop();
      stop();
    },
  };
}
