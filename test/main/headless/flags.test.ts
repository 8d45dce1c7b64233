/** The flags of the headless command: what each means, and which sentence a wrong one gets. */
import { describe, expect, test } from 'vitest';
import { parseFlags } from '../../../src-main/headless/flags.ts';

describe('parseFlags', () => {
  test('defaults', () => {
    const parsed = parseFlags(['diagnose']);
    expect(parsed).toEqual({
      do: 'diagnose',
      flags: {
        kubeconfig: undefined,
        context: undefined,
        namespace: undefined,
        from: undefined,
        now: undefined,
        failOn: undefined,
        timeoutMs: 30_000,
        output: 'text',
      },
    });
  });

  test('all of them', () => {
    const parsed = parseFlags(
      'diagnose --kubeconfig k --context=c --namespace shop --now 2026-11-20T10:00:00Z --fail-on high --timeout 2.5 -o json'.split(
        ' ',
      ),
    );
    expect(parsed).toMatchObject({
      flags: {
        kubeconfig: 'k',
        context: 'c',
        namespace: 'shop',
        now: Date.parse('2026-11-20T10:00:00Z'),
        failOn: 'high',
        timeoutMs: 2500,
        output: 'json',
      },
    });
  });

  test.each([
    [[]],
    [['--help']],
    [['-h']],
    [['help']],
    [['diagnose', '--help']],
    [['diagnose', '-h', '--context', 'x']],
  ])('%j asks for help', (argv) => {
    expect(parseFlags(argv)).toEqual({ do: 'help' });
  });

  test.each<[string[], RegExp]>([
    [['analyse'], /no command analyse.*diagnose/],
    [['diagnose', '--contxt', 'a'], /--contxt/],
    [['diagnose', 'extra'], /extra/],
    [['diagnose', '--context'], /--context/],
    [['diagnose', '--context', '  '], /--context is empty/],
    [['diagnose', '-o', 'xml'], /xml.*text, json, markdown/],
    [['diagnose', '--fail-on', 'worst'], /worst.*critical, high/],
    [['diagnose', '--timeout', '0'], /--timeout 0/],
    [['diagnose', '--timeout', 'soon'], /--timeout soon/],
    [['diagnose', '--timeout', '1e9'], /--timeout 1e9/],
    [['diagnose', '--now', 'yesterday'], /--now yesterday.*2026-01-31T12:00:00Z/],
    [['diagnose', '--now', '2026-13-40'], /--now/],
    [['diagnose', '--namespace', 'Shop/../x'], /--namespace Shop/],
    [['diagnose', '--from', 'd', '--context', 'c'], /--from.*--context/],
    [['diagnose', '--from', 'd', '--kubeconfig', 'k'], /--from.*--kubeconfig/],
  ])('%j is refused with a sentence', (argv, says) => {
    const parsed = parseFlags(argv);
    expect(parsed.do).toBe('refuse');
    expect(parsed.do === 'refuse' ? parsed.why : '').toMatch(says);
    expect(parsed.do === 'refuse' ? parsed.why : '').not.toMatch(/\n|undefined|\bat /);
  });
});
