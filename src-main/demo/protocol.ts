/** What the app and the process of the demo server say to each other. */
import { z } from 'zod';
import type { DemoFault } from '../../shared/model/demo.ts';

/** App → demo. Each is answered with a reply of the same `id`. */
export const demoRequestSchema = z.discriminatedUnion('do', [
  z.object({ id: z.int(), do: z.literal('faults'), fabric: z.string() }),
  z.object({ id: z.int(), do: z.literal('set'), fabric: z.string(), fault: z.string(), active: z.boolean() }),
  z.object({ id: z.int(), do: z.literal('reset'), fabric: z.string() }),
]);

export type DemoRequest = z.infer<typeof demoRequestSchema>;

const fault = z.object({ id: z.string(), title: z.string(), description: z.string(), active: z.boolean() });

/** Demo → app: once ready (or why not), then replies. */
export const demoMessageSchema = z.union([
  z.object({ ready: z.object({ kubeconfig: z.string() }) }),
  z.object({ failed: z.string() }),
  z.object({ id: z.int(), faults: z.array(fault), kubeconfig: z.string().exactOptional() }),
  z.object({ id: z.int(), refused: z.string() }),
]);

export type DemoMessage =
  | { readonly ready: { readonly kubeconfig: string } }
  | { readonly failed: string }
  | {
      readonly id: number;
      readonly faults: readonly DemoFault[];
      /** As it is now: a fault may have changed a token in it. */
      readonly kubeconfig?: string;
    }
  | { readonly id: number; readonly refused: string };
