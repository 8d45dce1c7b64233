/** The exit-code table, and codes it has no row for. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeExit } from '../../../shared/scenarios/exit-codes.ts';

describe('decodeExit', () => {
  it.each([
    [0, 'completed'],
    [1, ''],
    [2, 'wrong usage or Go panic'],
    [3, ''],
    [64, ''],
    [125, 'runtime could not run it'],
    [126, 'not executable'],
    [127, 'command not found'],
    [128, 'invalid exit argument'],
    [129, 'ended by SIGHUP'],
    [130, 'interrupted, SIGINT'],
    [132, 'ended by SIGILL'],
    [134, 'aborted, SIGABRT'],
    [135, 'bus error, SIGBUS'],
    [136, 'arithmetic error, SIGFPE'],
    [137, 'killed, SIGKILL'],
    [139, 'segmentation fault, SIGSEGV'],
    [141, 'ended by SIGPIPE'],
    [143, 'terminated, SIGTERM'],
    [162, 'ended by signal 34'],
    [200, ''],
    [255, 'out of range'],
    [-1, ''],
    [3221225477, ''],
  ])('%d means %j', (code, meaning) => {
    expect(decodeExit(code).meaning).toBe(meaning);
  });

  it('has a sentence for every number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.double()), (code) => {
        expect(decodeExit(code).hint).toMatch(/^[A-Z].*\.$/);
        expect(JSON.stringify(decodeExit(code))).not.toMatch(/undefined|NaN/);
      }),
    );
  });
});
