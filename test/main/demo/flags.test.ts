// The flags of the demo command: what is taken, and the sentence for what is not.
import { expect, test } from 'vitest';
import { parseDemoFlags } from '../../../src-main/demo/flags.ts';

test.for([
  [[], { kubeconfigOut: undefined, port: 0, pods: undefined }],
  [
    ['--kubeconfig-out', 'out.yaml', '--port', '6443', '--pods', '2000'],
    { kubeconfigOut: 'out.yaml', port: 6443, pods: 2000 },
  ],
] as const)('%j is served', ([args, flags]) => {
  expect(parseDemoFlags(args)).toEqual({ do: 'serve', flags });
});

test('--help asks for help', () => {
  expect(parseDemoFlags(['-h'])).toEqual({ do: 'help' });
});

test.for([
  [['--kubeconfig-out', ' '], '--kubeconfig-out is empty'],
  [['--port', '65535'], '--port 65535 is no whole number between 0 and 65534'],
  [['--port', '-1'], "Option '--port' argument is ambiguous"],
  [['--pods', 'many'], '--pods many is no whole number between 1 and 20000'],
  [['--pods', '20001'], '--pods 20001 is no whole number between 1 and 20000'],
  [['--what'], "Unknown option '--what'"],
  [['extra'], "Unexpected argument 'extra'"],
] as const)('%j is refused', ([args, why]) => {
  const parsed = parseDemoFlags(args);
  expect(parsed.do === 'refuse' && parsed.why).toContain(why);
});
