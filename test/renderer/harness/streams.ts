// Fake streams over message channels: a log that a test feeds, and a shell that echoes.
import type { CallIn } from '../../../shared/ipc.ts';
import type { LogMessage, ShellMessage, StreamRequest } from '../../../shared/streams.ts';

/** The far end of one stream. */
export interface FakeStream<M> {
  readonly input: unknown;
  /** What the page asked for, in order. */
  readonly requests: StreamRequest[];
  send(message: M): void;
  /** Ends the stream without a word, as when the process behind it is gone. */
  cut(): void;
}

let count = 0;

/** Hands one end to the page as preload does, and returns the other. */
function open<M>(
  input: unknown,
  onRequest: (request: StreamRequest) => void,
): { readonly stream: string; readonly far: FakeStream<M> } {
  count += 1;
  const stream = `stream-${String(count)}`;
  const { port1, port2 } = new MessageChannel();
  const requests: StreamRequest[] = [];
  port1.onmessage = ({ data }: MessageEvent<StreamRequest>) => {
    requests.push(data);
    onRequest(data);
  };
  setTimeout(() => {
    window.postMessage({ hedgerowStream: stream }, location.origin, [port2]);
  });
  return {
    stream,
    far: {
      input,
      requests,
      send: (message) => {
        port1.postMessage(message);
      },
      cut: () => {
        port1.close();
      },
    },
  };
}

const BEGIN = Date.parse('2025-11-20T13:31:30.900Z');

/** A log as a crash-looping workload writes it. */
function sampleLog(far: FakeStream<LogMessage>, previous: boolean): void {
  const pods = ['x2k8p', 'm4t7q', 'r8s5j'].map((end) => `payments-api-7c9f6d8b5-${end}`);
  const at = (ms: number): string => new Date(BEGIN + ms).toISOString();
  for (const pod of previous ? pods.slice(0, 1) : pods)
    far.send({ type: 'container', pod, container: 'payments', state: 'open' });
  const [first = '', second = '', third = ''] = pods;
  const line = (pod: string, ms: number, text: string) => ({
    pod,
    container: 'payments',
    time: at(ms),
    text,
  });
  far.send({
    type: 'lines',
    entries: [
      line(first, 0, 'INFO starting payments-api 3.8.1 rev 5e1c0a2'),
      line(first, 300, 'INFO migrations: connecting to 10.20.12.15:5432'),
      ...(previous ? [] : [line(second, 5100, 'level=info msg="GET /healthz 200 0.4ms"')]),
      line(first, 10_300, '\u001b[31mERROR\u001b[0m dial tcp 10.20.12.15:5432: i/o timeout'),
      line(first, 10_310, '    at store.connect (store.go:41)'),
      line(first, 10_320, 'FATAL cannot open ledger store, exiting'),
    ],
  });
  if (previous) {
    far.send({ type: 'container', pod: first, container: 'payments', state: 'ended' });
    return;
  }
  far.send({ type: 'restart', pod: first, container: 'payments', exitCode: 1, reason: 'Error' });
  far.send({
    type: 'lines',
    entries: [
      line(first, 11_900, 'INFO starting payments-api 3.8.1 rev 5e1c0a2'),
      line(first, 12_200, 'WARN migrations: connecting to 10.20.12.15:5432 takes long'),
      line(second, 15_100, 'level=info msg="GET /healthz 200 0.5ms"'),
      line(
        third,
        36_500,
        `{"level":30,"msg":"POST /v1/charges 201 31ms","trace":"${'0123456789abcdef'.repeat(12)}"}`,
      ),
    ],
  });
}

/** All streams the page opened, newest last. */
export interface Streams {
  readonly logs: FakeStream<LogMessage>[];
  readonly shells: FakeStream<ShellMessage>[];
}

const PROMPT = '\u001b[32m/ #\u001b[0m ';

/** Opens a log and fills it as the mode says. */
export function openLog(streams: Streams, input: CallIn<'logs.open'>, mode: string): { stream: string } {
  const { stream, far } = open<LogMessage>(input, () => undefined);
  streams.logs.push(far);
  if (mode === 'sample') setTimeout(() => sampleLog(far, input.previous), 20);
  return { stream };
}

/** Opens a shell that echoes what is typed. */
export function openShell(streams: Streams, input: CallIn<'shell.open'>): { stream: string } {
  const { stream, far } = open<ShellMessage>(input, (request) => {
    if (request.type === 'input') far.send({ type: 'data', bytes: request.bytes });
  });
  streams.shells.push(far);
  setTimeout(() => {
    far.send({ type: 'open' });
    far.send({
      type: 'data',
      bytes: new TextEncoder().encode(
        `${PROMPT}nslookup ledger-db.payments.svc\r\nName:    ledger-db.payments.svc.cluster.local\r\nAddress: 10.20.12.15\r\n${PROMPT}`,
      ),
    });
  }, 20);
  return { stream };
}
