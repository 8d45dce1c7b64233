/** Probes and lifecycle hooks of containers. */
import { isRecord, list, record, records, text } from '../../../../shared/cluster/narrow.ts';
import { numberIn, type Fields } from '../json.ts';
import { checkNonNegative } from './metadata.ts';
import { headerName, portName, portNumber } from './names.ts';
import type { Report } from './report.ts';

type Check = (report: Report, field: string, action: Fields, graceSeconds: number | undefined) => void;

/** A port by number or by name; an absent one is number 0. */
export function checkPortReference(report: Report, field: string, port: unknown): void {
  if (typeof port === 'string') report.invalidAll(field, port, portName(port));
  else report.invalidAll(field, port ?? 0, portNumber(numberIn(port) ?? 0));
}

const checkHttp: Check = (report, field, action) => {
  if (text(action.path) === '') report.required(`${field}.path`);
  checkPortReference(report, `${field}.port`, action.port);
  if (action.scheme !== 'HTTP' && action.scheme !== 'HTTPS') {
    report.notSupported(`${field}.scheme`, text(action.scheme), ['HTTP', 'HTTPS']);
  }
  for (const { name } of records(action.httpHeaders)) {
    report.invalidAll(`${field}.httpHeaders`, text(name), headerName(text(name)));
  }
};

const checkPort: Check = (report, field, action) => {
  checkPortReference(report, `${field}.port`, action.port);
};

const ACTIONS: readonly (readonly [name: string, check: Check])[] = [
  [
    'exec',
    (report, field, action) => {
      if (list(action.command).length === 0) report.required(`${field}.command`);
    },
  ],
  ['httpGet', checkHttp],
  ['tcpSocket', checkPort],
  ['grpc', checkPort],
  [
    'sleep',
    (report, field, action, graceSeconds = 30) => {
      const seconds = numberIn(action.seconds) ?? 0;
      if (seconds >= 0 && seconds <= graceSeconds) return;
      const words = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds}). Invalid value: ${seconds}`;
      report.invalid(field, seconds, words);
    },
  ],
];

function checkHandler(
  report: Report,
  field: string,
  handler: Fields,
  graceSeconds: number | undefined,
): void {
  let found = 0;
  for (const [name, check] of ACTIONS) {
    const action = handler[name];
    if (action === undefined || action === null) continue;
    if (found++ > 0) report.forbidden(`${field}.${name}`, 'may not specify more than 1 handler type');
    else check(report, `${field}.${name}`, record(action), graceSeconds);
  }
  if (found === 0) report.required(field, 'must specify a handler type');
}

const NUMBERS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
];

/** The three probes of a container. */
export function checkProbes(
  report: Report,
  field: string,
  container: Fields,
  graceSeconds: number | undefined,
): void {
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[name];
    if (!isRecord(probe)) continue;
    const at = `${field}.${name}`;
    checkHandler(report, at, probe, graceSeconds);
    for (const number of NUMBERS) checkNonNegative(report, `${at}.${number}`, probe[number]);
    const grace = numberIn(probe.terminationGracePeriodSeconds);
    const graceField = `${at}.terminationGracePeriodSeconds`;
    if (grace !== undefined && grace <= 0) report.invalid(graceField, grace, 'must be greater than 0');
    if (name === 'readinessProbe') {
      if (grace !== undefined) report.invalid(graceField, grace, 'must not be set for readinessProbes');
    } else if (probe.successThreshold !== 1)
      report.invalid(`${at}.successThreshold`, probe.successThreshold, 'must be 1');
  }
}

export function checkLifecycle(
  report: Report,
  field: string,
  lifecycle: unknown,
  graceSeconds: number | undefined,
): void {
  if (!isRecord(lifecycle)) return;
  for (const hook of ['postStart', 'preStop']) {
    const handler = lifecycle[hook];
    if (isRecord(handler)) checkHandler(report, `${field}.${hook}`, handler, graceSeconds);
  }
}
