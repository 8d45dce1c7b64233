/** Probes of a running container; a probe whose result cannot change rests until something in the container does. */
import type { Clock } from '../world/clock.ts';
import type { Container } from './container.ts';
import type { Listener, Machine } from './machine.ts';
import type { Network } from './network.ts';
import type { Probe } from './pod-types.ts';
import { execute } from './execute.ts';

export type ProbeType = 'Startup' | 'Readiness' | 'Liveness';

export interface ProbeOutcome {
  readonly result: 'success' | 'failure' | 'error';
  readonly message: string;
  /** The result may differ next time though nothing here changes. */
  readonly isVolatile: boolean;
}

export interface ProberOptions {
  readonly type: ProbeType;
  readonly probe: Probe;
  readonly container: Container;
  readonly machine: Machine;
  readonly network: Network;
  readonly clock: Clock;
  /** Called for each failure: the Unhealthy event. */
  readonly onFailure: (type: ProbeType, message: string, result: 'failure' | 'error') => void;
  /** Called when the verdict changes: enough successes or failures in a row. */
  readonly onVerdict: (type: ProbeType, isGood: boolean) => void;
}

/** From the start of a container to its first probe without a delay of its own. */
const FIRST_MS = 500;

export class Prober {
  readonly #options: ProberOptions;
  readonly #periodMs: number;
  #cancel: (() => void) | undefined;
  #dueMs = 0;
  #inRow = 0;
  #lastGood: boolean | undefined;
  #verdict: boolean | undefined;
  #isStopped = false;
  #isResting = false;

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#periodMs = Math.max(1, options.probe.periodSeconds ?? 10) * 1000;
  }

  get type(): ProbeType {
    return this.#options.type;
  }

  /** `sinceMs` is the start of the container, from which the initial delay counts. */
  start(sinceMs: number): void {
    const { probe, clock } = this.#options;
    const first = sinceMs + Math.max(FIRST_MS, (probe.initialDelaySeconds ?? 0) * 1000);
    this.#schedule(Math.max(clock.now(), first));
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  /** Something changed in the container: a resting probe looks again at its next time. */
  poke(): void {
    if (!this.#isResting || this.#isStopped) return;
    this.#isResting = false;
    const now = this.#options.clock.now();
    const missed = Math.floor((now - this.#dueMs) / this.#periodMs) + 1;
    this.#schedule(this.#dueMs + missed * this.#periodMs);
  }

  /** The verdict may have led to the end of the container. */
  #hasStopped(): boolean {
    return this.#isStopped;
  }

  #schedule(dueMs: number): void {
    this.#dueMs = dueMs;
    this.#cancel?.();
    this.#cancel = this.#options.clock.after(dueMs - this.#options.clock.now(), () => {
      this.#tick();
    });
  }

  #tick(): void {
    const { probe, container } = this.#options;
    if (this.#isStopped || !container.isRunning()) return;
    if (probe.exec !== undefined) {
      this.#runCommand([...(probe.exec.command ?? [])]);
      return;
    }
    this.#take(this.#ask());
  }

  #ask(): ProbeOutcome {
    const { probe, machine, network, container } = this.#options;
    const action = probe.httpGet ?? probe.tcpSocket ?? probe.grpc;
    const named = container.spec.ports?.find(({ name }) => name === action?.port)?.containerPort;
    const port = named ?? Number(action?.port);
    const { podIP } = machine.options;
    const host = probe.httpGet?.host ?? probe.tcpSocket?.host ?? podIP;
    const listener = network.listenerAt(/^(?:127\.|localhost)/.test(host) ? podIP : host, port);
    const refused = `dial tcp ${host}:${port}: connect: connection refused`;
    if (probe.httpGet !== undefined) return askHttp(probe.httpGet, `${host}:${port}`, listener, refused);
    if (listener !== undefined) return outcome('success');
    if (probe.grpc === undefined) return outcome('failure', refused);
    const limit = `${probe.timeoutSeconds ?? 1}s: context deadline exceeded`;
    return outcome('failure', `timeout: failed to connect service "${host}:${port}" within ${limit}`);
  }

  #runCommand(command: readonly string[]): void {
    const { machine, probe, clock } = this.#options;
    machine.isVolatile = false;
    let isDone = false;
    const finish = (outcome: ProbeOutcome): void => {
      if (isDone) return;
      isDone = true;
      cancel();
      this.#take(outcome);
    };
    const timeoutSeconds = probe.timeoutSeconds ?? 1;
    const cancel = clock.after(timeoutSeconds * 1000, () => {
      stop();
      finish({
        result: 'failure',
        message: `command timed out: "${command.join(' ')}" timed out after ${timeoutSeconds}s`,
        isVolatile: true,
      });
    });
    const stop = execute(machine, command, (code, output, error) => {
      if (error !== undefined) finish({ result: 'error', message: error, isVolatile: true });
      else
        finish({
          result: code === 0 ? 'success' : 'failure',
          message: output,
          isVolatile: machine.isVolatile,
        });
    });
  }

  #take({ result, message, isVolatile }: ProbeOutcome): void {
    if (this.#isStopped || !this.#options.container.isRunning()) return;
    const { probe, type, onFailure, onVerdict } = this.#options;
    const isGood = result === 'success';
    this.#inRow = this.#lastGood === isGood ? this.#inRow + 1 : 1;
    this.#lastGood = isGood;
    if (!isGood) onFailure(type, message, result === 'error' ? 'error' : 'failure');
    // A result that cannot be had counts as none.
    const enough = isGood ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
    const isDecided = result !== 'error' && this.#inRow >= enough;
    if (isDecided && this.#verdict !== isGood) {
      this.#verdict = isGood;
      onVerdict(type, isGood);
    }
    if (this.#hasStopped() || (type === 'Startup' && isGood && isDecided)) return;
    if (isGood && isDecided && !isVolatile) this.#isResting = true;
    else this.#schedule(this.#dueMs + this.#periodMs);
  }
}

function outcome(result: ProbeOutcome['result'], message = ''): ProbeOutcome {
  return { result, message, isVolatile: false };
}

function askHttp(
  { path = '/', scheme = 'HTTP' }: NonNullable<Probe['httpGet']>,
  authority: string,
  listener: Listener | undefined,
  refused: string,
): ProbeOutcome {
  const url = `${scheme.toLowerCase()}://${authority}${path.startsWith('/') ? path : `/${path}`}`;
  if (listener === undefined) return outcome('failure', `Get "${url}": ${refused}`);
  const reply = listener.answer?.(path);
  if (reply === undefined) return outcome('failure', `Get "${url}": EOF`);
  if (reply.status >= 200 && reply.status < 400) return outcome('success');
  return outcome('failure', `HTTP probe failed with statuscode: ${reply.status}`);
}
