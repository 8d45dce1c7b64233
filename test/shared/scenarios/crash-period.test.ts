/** Back-off texts of the kubelet, log lines for sentences, and start failures. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotable } from '../../../shared/scenarios/crash-log.ts';
import { readBackOff } from '../../../shared/scenarios/crash-period.ts';
import { startFailure } from '../../../shared/scenarios/start-failures.ts';

describe('readBackOff', () => {
  it.each([
    ['back-off 10s restarting failed container=main pod=web_shop(1)', 10_000],
    ['back-off 2m40s restarting failed container=main pod=web_shop(1)', 160_000],
    ['back-off 5m0s restarting failed container=main pod=web_shop(1)', 300_000],
    ['back-off 1.5s restarting failed container=main', 1500],
    ['Back-off pulling image "x"', undefined],
    ['', undefined],
  ])('%s', (message, ms) => {
    expect(readBackOff(message)).toBe(ms);
  });
});

describe('quotable', () => {
  it.each([
    ['2026-11-20T10:00:00.123Z ERROR no config', 'ERROR no config'],
    ['2026-11-20 10:00:00,123 ERROR no config', 'ERROR no config'],
    ['2026/11/20 10:00:00 ERROR no config', 'ERROR no config'],
    ['[2026-11-20T10:00:00+01:00] ERROR no config', 'ERROR no config'],
    ['E1120 10:00:00.123456       1 main.go:12] no config', 'main.go:12] no config'],
    ['10:00:00 | no config', 'no config'],
    ['1763632800.123 no config', 'no config'],
    ['no 2026-11-20T10:00:00Z config', 'no 2026-11-20T10:00:00Z config'],
    ['\u001b[31mERROR\u001b[0m no config', 'ERROR no config'],
  ])('%s', (line, quoted) => {
    expect(quotable(line)).toBe(quoted);
  });

  it('is one short line, whatever the log holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (line) => {
        expect([...quotable(line)].length).toBeLessThanOrEqual(200);
        expect(quotable(line)).not.toMatch(/\n/);
      }),
    );
  });
});

describe('startFailure', () => {
  it.each([
    ['exec: "server": executable file not found in $PATH: unknown', 'command not found in the image'],
    ['exec: "/app": stat /app: no such file or directory: unknown', 'command not found in the image'],
    ['exec /app: exec format error', 'wrong processor architecture'],
    ['exec: "/etc/passwd": permission denied: unknown', 'not executable'],
    ['unable to find user app: no matching entries in passwd file', 'unknown user'],
    ['name "x" is reserved for "y"', ''],
    ['context deadline exceeded', ''],
  ])('%s', (message, reason) => {
    expect(startFailure(message)).toBe(reason);
  });
});
