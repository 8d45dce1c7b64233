/** A demo world: the controllers, the scheduler and the nodes that live on one registry. */
import type { Registry } from '../registry/contract.ts';
import type { Kubelet } from '../kubelet/kubelet.ts';
import { startKubelet } from '../kubelet/kubelet.ts';
import type { Clock } from './clock.ts';
import { startControlPlane } from './control-plane.ts';

export interface World {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly kubelet: Kubelet;
  stop(): void;
}

/** `rootCertificate` (PEM) is what every namespace is given as `kube-root-ca.crt`. */
export function startWorld(options: {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly rootCertificate?: string;
}): World {
  const { registry, clock } = options;
  // The autoscaler asks for usage only later, when the kubelets are there.
  const controlPlane = startControlPlane({ ...options, usageOf: (pod) => kubelet.usage(pod) });
  const kubelet: Kubelet = startKubelet({ registry, clock, recordEvent: controlPlane.recordEvent });
  return {
    registry,
    clock,
    kubelet,
    stop: () => {
      kubelet.stop();
      controlPlane.stop();
    },
  };
}
