// The host of the demo's process: start, requests, ends that nobody asked for. The process is played by the test.
import { describe, expect, test, vi } from 'vitest';
import { DemoHost, type DemoProcess } from '../../../src-main/demo-host/demo-host.ts';
import { writeKubeconfig } from '../../../src-main/demo/kubeconfig.ts';

const KUBECONFIG = writeKubeconfig(
  ['demo-lab', 'demo-prod', 'demo-prod-admin'].map((context) => ({
    context,
    fabric: context,
    server: 'https://127.0.0.1:4001',
    token: 'token',
  })),
  'PEM',
);
const READY = { ready: { kubeconfig: KUBECONFIG } };
const FAULT = { id: 'x', title: 'X', description: 'Breaks x.', active: true };

class PlayedProcess implements DemoProcess {
  readonly posted: { id: number }[] = [];
  ended = false;
  #message: (message: unknown) => void = () => undefined;
  #exit: (code: number | null) => void = () => undefined;

  post(message: { id: number }): void {
    this.posted.push(message);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.#message = listener;
  }
  onExit(listener: (code: number | null) => void): void {
    this.#exit = listener;
  }
  end(): void {
    this.ended = true;
  }
  say(message: unknown): void {
    this.#message(message);
  }
  exit(code: number | null): void {
    this.#exit(code);
  }
}

function makeHost() {
  const processes: PlayedProcess[] = [];
  const onChange = vi.fn();
  const onEnd = vi.fn();
  const host = new DemoHost({
    spawn: () => {
      const process = new PlayedProcess();
      processes.push(process);
      return process;
    },
    onChange,
    onEnd,
    now: () => 0,
  });
  const latest = (): PlayedProcess => {
    const process = processes.at(-1);
    if (process === undefined) throw new Error('no process was started');
    return process;
  };
  const start = async () => {
    const started = host.start();
    latest().say(READY);
    await started;
    return latest();
  };
  return { host, processes, latest, start, onChange, onEnd };
}

describe('start', () => {
  test('starts one process for all who ask, and offers its contexts but not the administrators’ for others', async () => {
    const { host, processes, start, onChange } = makeHost();
    const other = host.start();
    await start();
    await other;
    await host.start();
    expect(processes).toHaveLength(1);
    expect(onChange).toHaveBeenCalledTimes(1);
    expect(host.kubeconfig?.contexts.map(({ id, demo, source }) => [id, demo, source])).toEqual([
      ['demo-lab', true, 'the built-in demo'],
      ['demo-prod', true, 'the built-in demo'],
    ]);
  });

  test.for([
    [
      'says why it cannot',
      (process: PlayedProcess) => process.say({ failed: 'No port is free' }),
      'No port is free.',
    ],
    ['ends before it is ready', (process: PlayedProcess) => process.exit(7), 'ended with code 7.'],
  ] as const)('fails when the process %s, and may be tried again', async ([, act, message]) => {
    const { host, latest, start } = makeHost();
    const started = host.start();
    act(latest());
    await expect(started).rejects.toThrow(message);
    expect(host.kubeconfig).toBeUndefined();
    await start();
    expect(host.kubeconfig).toBeDefined();
  });

  test('gives up a process that says nothing', async () => {
    vi.useFakeTimers();
    try {
      const { host, latest } = makeHost();
      const started = expect(host.start()).rejects.toThrow('did not start within 20 s');
      latest().say('nonsense');
      await vi.advanceTimersByTimeAsync(20_000);
      await started;
      expect(latest().ended).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('requests', () => {
  test('are answered by their own reply, whatever the order', async () => {
    const { host, start } = makeHost();
    const process = await start();
    const first = host.ask({ do: 'faults', fabric: 'demo-lab' });
    const second = host.ask({ do: 'set', fabric: 'demo-lab', fault: 'x', active: true });
    const [one, two] = process.posted;
    process.say({ id: two?.id, faults: [FAULT] });
    process.say({ id: one?.id, faults: [] });
    expect([await first, await second]).toEqual([[], [FAULT]]);
  });

  test('that change a token bring a kubeconfig, which is told once', async () => {
    const { host, start, onChange } = makeHost();
    const process = await start();
    const fresh = KUBECONFIG.replaceAll('token: token', 'token: fresh');
    for (const [calls, kubeconfig] of [
      [1, KUBECONFIG],
      [2, fresh],
      [2, fresh],
    ] as const) {
      const asked = host.ask({ do: 'set', fabric: 'demo-lab', fault: 'x', active: true });
      process.say({ id: process.posted.at(-1)?.id, faults: [FAULT], kubeconfig });
      await asked;
      expect(onChange).toHaveBeenCalledTimes(calls);
    }
    expect(host.kubeconfigText).toBe(fresh);
  });

  test.for([
    [
      'refused',
      (process: PlayedProcess) => process.say({ id: process.posted[0]?.id, refused: 'No such fault.' }),
      'No such fault.',
    ],
    [
      'cut off by the end of the process',
      (process: PlayedProcess) => process.exit(1),
      'The demo server ended.',
    ],
  ] as const)('%s fail with a sentence', async ([, act, message]) => {
    const { host, start } = makeHost();
    const process = await start();
    const asked = host.ask({ do: 'reset', fabric: 'demo-lab' });
    act(process);
    await expect(asked).rejects.toThrow(message);
  });

  test('without a demo fail', async () => {
    await expect(makeHost().host.ask({ do: 'faults', fabric: 'demo-lab' })).rejects.toThrow('not running');
  });
});

describe('an end', () => {
  test('that nobody asked for starts the server again and says so', async () => {
    const { host, processes, start, latest, onChange, onEnd } = makeHost();
    const process = await start();
    process.exit(137);
    expect(onEnd).toHaveBeenCalledWith(
      'The demo server ended unexpectedly (code 137); it was started again with fresh fabrics.',
    );
    latest().say(READY);
    await vi.waitFor(() => expect(host.kubeconfig).toBeDefined());
    expect(processes).toHaveLength(2);
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  test('again and again is not answered for ever', async () => {
    const { host, processes, start, latest, onEnd } = makeHost();
    await start();
    for (let round = 0; round < 3; round++) {
      latest().exit(1);
      latest().say(READY);
      await vi.waitFor(() => expect(host.kubeconfig).toBeDefined());
    }
    latest().exit(1);
    expect(onEnd).toHaveBeenLastCalledWith('The demo server keeps ending (code 1) and is left closed.');
    expect(processes).toHaveLength(4);
    expect(host.kubeconfig).toBeUndefined();
  });

  test('that was asked for is no event', async () => {
    const { host, start, onChange, onEnd } = makeHost();
    const process = await start();
    host.stop();
    process.exit(0);
    expect(process.ended).toBe(true);
    expect(onEnd).not.toHaveBeenCalled();
    expect(onChange).toHaveBeenCalledTimes(2);
    expect(host.kubeconfig).toBeUndefined();
  });
});
