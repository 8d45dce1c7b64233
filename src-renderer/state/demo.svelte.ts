/** The demo from the page's side: opening and closing it, and the faults of the demo fabric on screen. */
import type { CallName } from '../../shared/ipc.ts';
import type { DemoFault } from '../../shared/model/demo.ts';
import { call } from '../api.ts';
import { copyText } from '../parts/copy.ts';
import { announcer } from './announcer.svelte.ts';
import { fabrics } from './fabrics.svelte.ts';

type FaultCall = Extract<CallName, 'demo.faults' | 'demo.set' | 'demo.reset'>;

class Demo {
  /** Faults by fabric, as last answered. */
  #faults = $state.raw<Readonly<Record<string, readonly DemoFault[]>>>({});
  /** What is under way, as words for the button: `opening`, `closing`, a fault's title, `reset`. */
  busy = $state<string | null>(null);

  /** Undefined until `load` was answered. */
  faultsOf(fabric: string): readonly DemoFault[] | undefined {
    return this.#faults[fabric];
  }

  async open(): Promise<void> {
    await this.#run('opening', async () => {
      const answer = await call('demo.open', null);
      if (!answer.ok) return (fabrics.error = answer.error);
      fabrics.take(answer.value);
      const first = answer.value.fabrics.find((fabric) => fabric.demo);
      if (first !== undefined) await fabrics.open(first.id);
      return;
    });
  }

  async close(): Promise<void> {
    await this.#run('closing', async () => {
      const answer = await call('demo.close', null);
      if (answer.ok) fabrics.take(answer.value);
      else fabrics.error = answer.error;
      this.#faults = {};
    });
  }

  async load(fabric: string): Promise<void> {
    this.#take(fabric, await call('demo.faults', { fabric }));
  }

  async set(fabric: string, fault: DemoFault, active: boolean): Promise<void> {
    await this.#run(fault.id, async () => {
      const done = this.#take(fabric, await call('demo.set', { fabric, fault: fault.id, active }));
      if (done) announcer.note(`${active ? 'Planted' : 'Taken back'}: ${fault.title}`, 'ok');
    });
  }

  /** Copies the line by which a terminal's kubectl works on the demo, too. */
  async copyForKubectl(): Promise<void> {
    await this.#run('kubectl', async () => {
      const answer = await call('demo.kubeconfig', null);
      if (!answer.ok) return (fabrics.error = answer.error);
      await copyText(
        `export KUBECONFIG='${answer.value.path}'`,
        'Copied. Paste it into a terminal, then use kubectl there.',
      );
      return;
    });
  }

  async reset(fabric: string): Promise<void> {
    await this.#run('reset', async () => {
      if (this.#take(fabric, await call('demo.reset', { fabric })))
        announcer.note('The demo fabric was built anew', 'ok');
    });
  }

  #take(fabric: string, answer: Awaited<ReturnType<typeof call<FaultCall>>>): boolean {
    if (answer.ok) this.#faults = { ...this.#faults, [fabric]: answer.value };
    else fabrics.error = answer.error;
    return answer.ok;
  }

  /** One thing at a time: a second click while one is under way does nothing. */
  async #run(what: string, work: () => Promise<unknown>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = what;
    fabrics.error = null;
    try {
      await work();
    } finally {
      this.busy = null;
    }
  }
}

export const demo = new Demo();
