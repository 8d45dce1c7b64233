/** What a signal does to a process of a container. */
import type { Task } from './task.ts';

/**
 * As the kernel does: SIGKILL ends, a handler takes the others, without one they end the process; process 1 ignores what
 * it has no handler for, and from within its container even SIGKILL.
 */
export function deliverSignal(task: Task, signal: number, isFromOutside: boolean): void {
  if (signal === 9) {
    if (task.pid !== 1 || isFromOutside) task.kill(137);
  } else if (task.onSignal?.(signal) !== true && task.pid !== 1) {
    task.kill(128 + signal);
  }
}
