/** Gives a context another id, where two sources hold one of the same name. */
import type { KubeContext } from './contract.ts';

/** The context under `id`, its access and problem included. */
export function renameContext(context: KubeContext, id: string): KubeContext {
  if (context.id === id) return context;
  const { access, problem, ...rest } = context;
  return {
    ...rest,
    id,
    ...(access !== undefined && { access: { ...access, fabric: id } }),
    ...(problem !== undefined && { problem: { ...problem, fabric: id } }),
  };
}
