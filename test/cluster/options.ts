// What can be asked of a cluster when it starts, and what its supervisor says meanwhile.
import { z } from 'zod';

/** Options of a cluster, as its supervisor gets them. */
export const clusterOptionsSchema = z.object({
  name: z.string(),
  /** Start a real node: containerd and kubelet. Needs root on Linux. */
  node: z.boolean(),
  /** Keep running when the starting process is gone. */
  detach: z.boolean(),
  /** Further flags of the API server, such as "--etcd-compaction-interval=10s". */
  apiServerArgs: z.array(z.string()),
});

export type ClusterOptions = z.infer<typeof clusterOptionsSchema>;

/** One line of the supervisor's standard output. */
export const supervisorMessageSchema = z.union([
  z.object({ progress: z.string() }),
  z.object({ ready: z.literal(true) }),
  z.object({ failed: z.string() }),
]);

export type SupervisorMessage = z.infer<typeof supervisorMessageSchema>;
