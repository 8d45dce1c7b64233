/** The flags of the headless commands: what each means, and which sentence a wrong one gets. */
import { describe, expect, test } from 'vitest';
import { parseDiagnoseFlags } from '../../../src-main/headless/diagnose-flags.ts';
import { parseRbacFlags } from '../../../src-main/headless/rbac-flags.ts';

/** Neither a stack, nor a second line, nor a word of the program's own. */
const NO_SENTENCE = /\n|undefined|\bat /;

describe('parseDiagnoseFlags', () => {
  test('defaults', () => {
    const parsed = parseDiagnoseFlags([]);
    expect(parsed).toEqual({
      do: 'run',
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
    const parsed = parseDiagnoseFlags(
      '--kubeconfig k --context=c --namespace shop --now 2026-11-20T10:00:00Z --fail-on high --timeout 2.5 -o json'.split(
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

  test.each([[['--help']], [['-h']], [['-h', '--context', 'x']]])('%j asks for help', (args) => {
    expect(parseDiagnoseFlags(args)).toEqual({ do: 'help' });
    expect(parseRbacFlags(args)).toEqual({ do: 'help' });
  });

  test.each<[string[], RegExp]>([
    [['--contxt', 'a'], /--contxt/],
    [['extra'], /extra/],
    [['--context'], /--context/],
    [['--context', '  '], /--context is empty/],
    [['-o', 'xml'], /xml.*text, json, markdown/],
    [['--fail-on', 'worst'], /worst.*critical, high/],
    [['--timeout', '0'], /--timeout 0/],
    [['--timeout', 'soon'], /--timeout soon/],
    [['--timeout', '1e9'], /--timeout 1e9/],
    [['--now', 'yesterday'], /--now yesterday.*2026-01-31T12:00:00Z/],
    [['--now', '2026-13-40'], /--now/],
    [['--namespace', 'Shop/../x'], /--namespace Shop/],
    [['--from', 'd', '--context', 'c'], /--from.*--context/],
    [['--from', 'd', '--kubeconfig', 'k'], /--from.*--kubeconfig/],
  ])('%j is refused with a sentence', (args, says) => {
    const parsed = parseDiagnoseFlags(args);
    expect(parsed.do).toBe('refuse');
    expect(parsed.do === 'refuse' ? parsed.why : '').toMatch(says);
    expect(parsed.do === 'refuse' ? parsed.why : '').not.toMatch(NO_SENTENCE);
  });
});

describe('parseRbacFlags', () => {
  test('defaults: to diagnose the whole cluster', () => {
    expect(parseRbacFlags([])).toEqual({
      do: 'run',
      flags: {
        kubeconfig: undefined,
        context: undefined,
        namespace: undefined,
        purpose: 'diagnose',
        timeoutMs: 30_000,
      },
    });
  });

  test('all of them', () => {
    const args = '--kubeconfig k --context=c -n shop --for recover --timeout 5 -o yaml'.split(' ');
    expect(parseRbacFlags(args)).toEqual({
      do: 'run',
      flags: {
        kubeconfig: 'k',
        context: 'c',
        namespace: 'shop',
        purpose: 'recover',
        timeoutMs: 5000,
      },
    });
  });

  test.each<[string[], RegExp]>([
    [['--for', 'fun'], /--for does not know fun.*diagnose, view, recover, denials/],
    [['-o', 'json'], /json.*yaml/],
    [['--namespace', '../x'], /--namespace/],
    [['--from', 'dir'], /--from/],
    [['extra'], /extra/],
  ])('%j is refused with a sentence', (args, says) => {
    const parsed = parseRbacFlags(args);
    expect(parsed.do === 'refuse' ? parsed.why : '').toMatch(says);
    expect(parsed.do === 'refuse' ? parsed.why : '').not.toMatch(NO_SENTENCE);
  });
});
