/** The cells of a pod: ready containers, the word for its state, restarts. The rules are those of the API server's printer. */
import type { StoredObject } from '../../model.ts';
import { conditionStatus } from './format.ts';
import { since } from './duration.ts';
import type { Row } from './row.ts';
import { countAt, listAt, textAt, valueAt } from './value.ts';

interface Tally {
  reason: string;
  ready: number;
  restarts: number;
  /** RFC 3339; '' for never. */
  lastRestart: string;
}

function later(current: string, status: unknown): string {
  const finished = textAt(status, 'lastState', 'terminated', 'finishedAt');
  return finished !== '' && (current === '' || Date.parse(current) < Date.parse(finished))
    ? finished
    : current;
}

function isSidecar(container: unknown): boolean {
  return textAt(container, 'restartPolicy') === 'Always';
}

/** Why a container ended: its reason, or the signal or exit code that it has instead. */
function endOf(terminated: unknown): string {
  const reason = textAt(terminated, 'reason');
  if (reason !== '') return reason;
  const signal = countAt(terminated, 'signal');
  return signal === 0 ? `ExitCode:${countAt(terminated, 'exitCode')}` : `Signal:${signal}`;
}

interface InitTally extends Tally {
  initializing: boolean;
  sidecarRestarts: number;
  sidecarLastRestart: string;
}

/** What holds the initialization up at this container; undefined when it is through. */
function initReason(status: unknown, sidecar: boolean, position: string): string | undefined {
  const terminated = valueAt(status, 'state', 'terminated');
  const waiting = textAt(status, 'state', 'waiting', 'reason');
  if (terminated !== undefined && countAt(terminated, 'exitCode') === 0) return undefined;
  if (sidecar && valueAt(status, 'started') === true) return undefined;
  if (terminated !== undefined) return `Init:${endOf(terminated)}`;
  if (waiting !== '' && waiting !== 'PodInitializing') return `Init:${waiting}`;
  return position;
}

function tallyInit(pod: StoredObject, reason: string): InitTally {
  const specs = listAt(pod, 'spec', 'initContainers');
  const tally: InitTally = {
    reason,
    ready: 0,
    restarts: 0,
    lastRestart: '',
    initializing: false,
    sidecarRestarts: 0,
    sidecarLastRestart: '',
  };
  for (const [index, status] of listAt(pod, 'status', 'initContainerStatuses').entries()) {
    const sidecar = isSidecar(specs.find((spec) => textAt(spec, 'name') === textAt(status, 'name')));
    tally.restarts += countAt(status, 'restartCount');
    tally.lastRestart = later(tally.lastRestart, status);
    if (sidecar) {
      tally.sidecarRestarts += countAt(status, 'restartCount');
      tally.sidecarLastRestart = later(tally.sidecarLastRestart, status);
    }
    const held = initReason(status, sidecar, `Init:${index}/${specs.length}`);
    if (held !== undefined) {
      tally.reason = held;
      tally.initializing = true;
      break;
    }
    const ended = valueAt(status, 'state', 'terminated') !== undefined;
    if (!ended && sidecar && valueAt(status, 'ready') === true) tally.ready += 1;
  }
  return tally;
}

function tallyContainers(pod: StoredObject, init: InitTally): Tally {
  const tally: Tally = {
    reason: init.reason,
    ready: init.ready,
    restarts: init.sidecarRestarts,
    lastRestart: init.sidecarLastRestart,
  };
  let running = false;
  let failure = '';
  for (const status of [...listAt(pod, 'status', 'containerStatuses')].reverse()) {
    tally.restarts += countAt(status, 'restartCount');
    tally.lastRestart = later(tally.lastRestart, status);
    const waiting = textAt(status, 'state', 'waiting', 'reason');
    const terminated = valueAt(status, 'state', 'terminated');
    if (waiting !== '') tally.reason = waiting;
    else if (terminated !== undefined) {
      tally.reason = endOf(terminated);
      if (countAt(terminated, 'exitCode') !== 0) failure = tally.reason;
    } else if (valueAt(status, 'ready') === true && valueAt(status, 'state', 'running') !== undefined) {
      running = true;
      tally.ready += 1;
    }
  }
  if (tally.reason === 'Completed') {
    if (running && conditionStatus(pod, 'Ready') === 'True') tally.reason = 'Running';
    else if (failure !== '') tally.reason = failure;
    else if (running) tally.reason = 'NotReady';
  }
  return tally;
}

function reasonOf(pod: StoredObject): string {
  const gated = listAt(pod, 'status', 'conditions').some(
    (condition) =>
      textAt(condition, 'type') === 'PodScheduled' && textAt(condition, 'reason') === 'SchedulingGated',
  );
  if (gated) return 'SchedulingGated';
  return textAt(pod, 'status', 'reason') || textAt(pod, 'status', 'phase');
}

function deletionReason(pod: StoredObject): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined) return undefined;
  if (textAt(pod, 'status', 'reason') === 'NodeLost') return 'Unknown';
  const phase = textAt(pod, 'status', 'phase');
  return phase === 'Succeeded' || phase === 'Failed' ? undefined : 'Terminating';
}

function readinessGates(pod: StoredObject): string {
  const gates = listAt(pod, 'spec', 'readinessGates');
  if (gates.length === 0) return '<none>';
  const open = gates.filter((gate) => conditionStatus(pod, textAt(gate, 'conditionType')) === 'True');
  return `${open.length}/${gates.length}`;
}

const CONDITIONS: Readonly<Record<string, string>> = {
  Succeeded: 'The pod has completed successfully.',
  Failed: 'The pod failed.',
};

export function podRow(pod: StoredObject, now: number): Row {
  const sidecars = listAt(pod, 'spec', 'initContainers').filter(isSidecar).length;
  const total = listAt(pod, 'spec', 'containers').length + sidecars;
  const init = tallyInit(pod, reasonOf(pod));
  const isThrough = !init.initializing || conditionStatus(pod, 'Initialized') === 'True';
  const { reason, ready, restarts, lastRestart } = isThrough ? tallyContainers(pod, init) : init;
  const restartText =
    restarts !== 0 && lastRestart !== '' ? `${restarts} (${since(lastRestart, now)} ago)` : String(restarts);
  const [ip] = listAt(pod, 'status', 'podIPs');
  const phase = textAt(pod, 'status', 'phase');
  const message = CONDITIONS[phase];
  return {
    cells: [
      pod.metadata.name,
      `${ready}/${total}`,
      deletionReason(pod) ?? reason,
      restartText,
      since(pod.metadata.creationTimestamp, now),
      textAt(ip, 'ip') || '<none>',
      textAt(pod, 'spec', 'nodeName') || '<none>',
      textAt(pod, 'status', 'nominatedNodeName') || '<none>',
      readinessGates(pod),
    ],
    ...(message === undefined
      ? {}
      : { conditions: [{ type: 'Completed', status: 'True', reason: phase, message }] }),
  };
}
