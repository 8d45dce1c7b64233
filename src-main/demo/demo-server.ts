/** Starts the demo: every fabric on a port of its own, and the kubeconfig that leads there. */
import { makeCertificate } from './certificate.ts';
import { FabricServer, type ServedFabric } from './demo-fabric-server.ts';
import { DEMO_FABRICS } from './fabrics/fabrics.ts';
import { writeKubeconfig } from './kubeconfig.ts';

export interface DemoOptions {
  /** The demo's own unless told. */
  readonly fabrics?: readonly ServedFabric[];
  /** Port of the first fabric, the others follow; 0 or absent: any free ones. */
  readonly port?: number | undefined;
  /** Pods of demo-prod, about. */
  readonly pods?: number | undefined;
  readonly now?: () => number;
  /** Told of what should not happen. */
  readonly report: (sentence: string) => void;
}

export interface RunningDemo {
  readonly fabrics: readonly FabricServer[];
  /** Text of the kubeconfig as it is now (faults change tokens); the current context is the first fabric's. */
  readonly kubeconfig: string;
  /** PEM of the authority that signed the serving certificate. */
  readonly authority: string;
  stop(): Promise<void>;
}

/** Rejects with an Error in a sentence if a port is taken; then nothing is left running. */
export async function startDemo(options: DemoOptions): Promise<RunningDemo> {
  const { fabrics: rows = DEMO_FABRICS, port = 0, pods, now = Date.now, report } = options;
  const [certificate, foreign] = await Promise.all([makeCertificate(now()), makeCertificate(now())]);
  const fabrics = rows.map((row) => new FabricServer(row, { certificate, foreign, pods, now, report }));
  const stop = async () => {
    await Promise.all(fabrics.map((fabric) => fabric.stop()));
  };
  try {
    await Promise.all(fabrics.map((fabric, index) => fabric.listen(port === 0 ? 0 : port + index)));
  } catch (error) {
    await stop();
    throw error;
  }
  const { authority } = certificate;
  return {
    fabrics,
    get kubeconfig() {
      return writeKubeconfig(
        fabrics.flatMap((fabric) => fabric.contexts),
        authority,
      );
    },
    authority,
    stop,
  };
}
