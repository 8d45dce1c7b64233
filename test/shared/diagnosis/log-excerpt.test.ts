/** Log excerpts: the line that names the failure, nothing hostile, no secret, bounded. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findErrorLine } from '../../../shared/diagnosis/error-line.ts';
import { buildLogExcerpt } from '../../../shared/diagnosis/log-excerpt.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' };
const excerpt = (text: string) => buildLogExcerpt({ pod, container: 'main', previous: true, text });
const marked = (text: string): string | undefined => {
  const { lines, firstError } = excerpt(text);
  return firstError === undefined ? undefined : lines[firstError]?.text;
};

describe('the line that names the failure', () => {
  it.each([
    [
      'a level word',
      'INFO starting\nERROR config missing: /etc/app.yaml\nINFO bye',
      'ERROR config missing: /etc/app.yaml',
    ],
    [
      'a level behind a time',
      '2026-11-20 09:00:00,123 INFO a\n2026-11-20 09:00:01,123 FATAL b',
      '2026-11-20 09:00:01,123 FATAL b',
    ],
    ['a bracketed level', '[info] a\n[error] b', '[error] b'],
    [
      'a level in a Java line',
      '09:00:00.123 [main] ERROR c.e.App - cannot start',
      '09:00:00.123 [main] ERROR c.e.App - cannot start',
    ],
    ['CRITICAL', 'INFO:root:a\nCRITICAL:root:b', 'CRITICAL:root:b'],
    [
      'a panic',
      'listening\npanic: runtime error: index out of range\n\ngoroutine 1 [running]:',
      'panic: runtime error: index out of range',
    ],
    ['fatal error of Go', 'fatal error: all goroutines are asleep', 'fatal error: all goroutines are asleep'],
    [
      'the last line of a traceback',
      'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    main()\nValueError: no such key\nbye',
      'ValueError: no such key',
    ],
    [
      'a traceback that is cut off',
      'Traceback (most recent call last):\n  File "a.py", line 1',
      '  File "a.py", line 1',
    ],
    [
      'a Java exception',
      'starting\nException in thread "main" java.lang.IllegalStateException: no config\n\tat a.B.c(B.java:1)',
      'Exception in thread "main" java.lang.IllegalStateException: no config',
    ],
    [
      'a JavaScript error',
      'listening\nTypeError: Cannot read properties of undefined\n    at a.js:1',
      'TypeError: Cannot read properties of undefined',
    ],
    ['logfmt', 'level=info msg=start\nlevel=error msg="no route"', 'level=error msg="no route"'],
    [
      'JSON with a level',
      '{"level":"info","msg":"error budget"}\n{"level":"error","msg":"x"}',
      '{"level":"error","msg":"x"}',
    ],
    [
      'JSON with a severity',
      '{"severity":"CRITICAL","message":"x"}',
      '{"severity":"CRITICAL","message":"x"}',
    ],
    ['JSON with a numeric level', '{"level":30,"msg":"a"}\n{"level":50,"msg":"b"}', '{"level":50,"msg":"b"}'],
    [
      'JSON with a nested level',
      '{"log":{"level":"error"},"message":"b"}',
      '{"log":{"level":"error"},"message":"b"}',
    ],
    [
      'klog',
      'I1120 09:00:00.000000       1 main.go:1] start\nE1120 09:00:00.000000       1 main.go:2] no',
      'E1120 09:00:00.000000       1 main.go:2] no',
    ],
    [
      'klog fatal',
      'F1120 09:00:00.000000       1 main.go:2] no',
      'F1120 09:00:00.000000       1 main.go:2] no',
    ],
    ['a plain error:', 'error: unable to open database', 'error: unable to open database'],
    ['a shell', 'sh: java: command not found', 'sh: java: command not found'],
    ['the first of several', 'ERROR one\nERROR two', 'ERROR one'],
    [
      'a certain line before a word in an earlier one',
      'INFO retry after failed attempt\nFATAL gave up',
      'FATAL gave up',
    ],
    [
      'a level, not an INFO line that quotes an error',
      'INFO last run: error: none\nERROR gave up',
      'ERROR gave up',
    ],
    [
      'a word as a last resort',
      'INFO connection refused by db:5432\nINFO bye',
      'INFO connection refused by db:5432',
    ],
  ])('is found by %s', (_name, text, line) => {
    expect(marked(text)).toBe(line);
  });

  it.each([
    ['no errors', 'INFO 0 errors, 0 failures'],
    ['an empty error field', 'level=info msg=done error=nil'],
    ['error=<nil>', 'request done error=<nil>'],
    ['errors: 0', 'finished; errors: 0'],
    ['"error":null', '{"level":"info","msg":"ok","error":null}'],
    ['"error": ""', '{"level":"info","msg":"ok","error":""}'],
    ['without errors', 'migrated without any errors'],
    ['ordinary lines', 'listening on :8080\nGET /healthz 200'],
    ['a file called error', 'writing terror.html'],
    ['nothing', ''],
  ])('is not made up from %s', (_name, text) => {
    expect(excerpt(text).firstError).toBeUndefined();
  });

  it('is an error in spite of a count of none beside it', () => {
    expect(marked('ERROR exit with 0 errors printed')).toBe('ERROR exit with 0 errors printed');
  });

  it('is always one of the lines', () => {
    const word = fc.constantFrom(
      'ERROR',
      'error:',
      'Traceback (most recent call last):',
      '0 errors',
      '{"level":"error"}',
      'INFO',
      'failed',
      'E1120 09:00:00.000000',
      'x',
      '',
      '=',
      '\n',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const lines = words.join(' ').split('\n');
        const index = findErrorLine(lines);
        if (index !== undefined) expect(lines[index]).toBeDefined();
      }),
    );
  });
});

describe('the excerpt', () => {
  it('numbers lines as they were read and takes off the time of the kubelet', () => {
    const { lines } = excerpt('2026-11-20T09:00:00.123456789Z first\n2026-11-20T09:00:01Z \nsecond\n');
    expect(lines).toEqual([
      { number: 1, time: '2026-11-20T09:00:00.123456789Z', text: 'first' },
      { number: 2, time: '2026-11-20T09:00:01Z', text: '' },
      { number: 3, text: 'second' },
    ]);
  });

  it('keeps 40 lines around the error, or the last 40', () => {
    const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`);
    const plain = excerpt(lines(100).join('\n'));
    expect([plain.lines.length, plain.lines[0]?.number, plain.firstError]).toEqual([40, 61, undefined]);
    const early = excerpt(['a', 'b', 'ERROR c', ...lines(100)].join('\n'));
    expect([early.lines.length, early.lines[0]?.number, early.firstError]).toEqual([40, 1, 2]);
    const middle = excerpt([...lines(50), 'ERROR c', ...lines(50)].join('\n'));
    expect([middle.lines.length, middle.lines[0]?.number, middle.firstError]).toEqual([40, 43, 8]);
    const late = excerpt([...lines(50), 'ERROR c'].join('\n'));
    expect([late.lines.length, late.lines[0]?.number, late.firstError]).toEqual([40, 12, 39]);
  });

  it('is free of escape sequences, control and direction characters', () => {
    const hostile =
      'a\u001b[31mred\u001b[0m\u001b]0;title\u0007 b\u0000\u0008\u202ec\u200b\ttab \u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\';
    expect(excerpt(hostile).lines[0]?.text).toBe('ared bc    tab link');
    expect(excerpt('10 %\r50 %\r100 %\r').lines[0]?.text).toBe('100 %');
  });

  it('cuts long lines, and does not choke on megabytes', () => {
    const [line] = excerpt(`ERROR ${'x'.repeat(5_000_000)}`).lines;
    expect([...(line?.text ?? '')].length).toBe(500);
    expect(line?.text.endsWith('…')).toBe(true);
    expect(excerpt(Array.from({ length: 100_000 }, () => 'x').join('\n')).lines.at(-1)?.number).toBe(100_000);
  });

  it('survives anything, and holds nothing a terminal acts on', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\u001b[', '\u001b]', '\n', '\r', 'ERROR ', '\u009b', '-----BEGIN PRIVATE KEY-----'),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const { lines, firstError } = excerpt(parts.join(''));

        for (const { text } of lines)
          // eslint-disable-next-line no-control-regex -- none may be left
          expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        if (firstError !== undefined) expect(lines[firstError]).toBeDefined();
      }),
      { numRuns: 300 },
    );
  });
});

describe('secrets', () => {
  const key = `AKIA${'Q7'.repeat(8)}`;
  const jwt = `eyJhbGciOiJIUzI1NiJ9.${'eyJzdWIiOiIxIn0'.repeat(2)}.c2lnbmF0dXJl`;
  it.each([
    ['Authorization: Bearer s3cr3tvalue', 's3cr3tvalue'],
    ['authorization: basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
    [`token was ${jwt} ok`, jwt],
    [`using ${key} now`, key],
    ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCY'],
    ['password=hunter2 user=bob', 'hunter2'],
    ['DB_PASSWORD: "hunter 2"', 'hunter 2'],
    ["{'passwd': 'hunter2'}", 'hunter2'],
    ['{"client_secret":"hunter2","a":1}', 'hunter2'],
    ['{"apiKey":"a\\"hunter2"}', 'hunter2'],
    ['api-key => hunter2', 'hunter2'],
    ['--password hunter2 --verbose', 'hunter2'],
    ['postgres://bob:hunter2@db:5432/shop', 'hunter2'],
    ['push with ghp_abcdefghijklmnopqrstuvwxyz012345', 'ghp_abcdefghijklmnopqrstuvwxyz012345'],
  ])('are hidden in %j', (line, secret) => {
    const [shown] = excerpt(line).lines;
    expect(shown?.text).not.toContain(secret);
    expect(shown?.text).toContain('•••');
  });

  it.each([
    'password authentication failed for user "bob"',
    'secret "db" not found',
    'Basic authentication required',
    'https://registry.example/v2/: 401',
    'reading /var/run/secrets/token',
    'GET /tokens 200',
    'connect postgres://db:5432/shop',
  ])('are not seen in %j', (line) => {
    expect(excerpt(line).lines[0]?.text).toBe(line);
  });

  it('are hidden over the lines of a private key', () => {
    const text =
      'start\n-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nabcdef\n-----END RSA PRIVATE KEY-----\nend';
    expect(excerpt(text).lines.map(({ text: line }) => line)).toEqual([
      'start',
      '•••',
      '•••',
      '•••',
      '•••',
      'end',
    ]);
  });

  it('are hidden whatever they are and wherever they stand', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9+/=_.-]{12,40}$/).map((text) => `Zq9${text}`);
    const carrier = fc.constantFrom<(secret: string) => string>(
      (one) => `password=${one}`,
      (one) => `"token": "${one}"`,
      (one) => `Authorization: Bearer ${one}`,
      (one) => `redis://user:${one}@cache:6379`,
      (one) => `APP_SECRET_KEY='${one}'`,
    );
    fc.assert(
      fc.property(secret, carrier, fc.stringMatching(/^[a-z ]{0,60}$/), (one, carry, around) => {
        fc.pre(!one.includes('/') || !carry('').startsWith('redis'));
        expect(excerpt(`${around} ${carry(one)} ${around}`).lines[0]?.text).not.toContain(one);
      }),
      { numRuns: 300 },
    );
  });
});
