/** `test` and `[`: conditions on texts, numbers and files. */
import { resolvePath } from '../files.ts';
import type { Applet, Call } from '../shell/state.ts';

const BINARY: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  '=': (left, right) => left === right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '-eq': (left, right) => Number(left) === Number(right),
  '-ne': (left, right) => Number(left) !== Number(right),
  '-lt': (left, right) => Number(left) < Number(right),
  '-le': (left, right) => Number(left) <= Number(right),
  '-gt': (left, right) => Number(left) > Number(right),
  '-ge': (left, right) => Number(left) >= Number(right),
};

function test(each: Call): number {
  const { shell, name, streams } = each;
  const { files } = shell.machine.options;
  const args = [...each.args];
  if (name === '[' && args.pop() !== ']') {
    streams.stderr.write('sh: [: missing ]\n');
    return 2;
  }
  if (name === '[[' && args.pop() !== ']]') return 2;
  const at = (path: string): string => resolvePath(shell.folder, path);
  const unary: Readonly<Record<string, (operand: string) => boolean>> = {
    '-z': (operand) => operand === '',
    '-n': (operand) => operand !== '',
    '-e': (operand) => files.exists(at(operand)),
    '-f': (operand) => files.read(at(operand)) !== undefined,
    '-d': (operand) => files.isFolder(at(operand)),
    '-s': (operand) => (files.read(at(operand)) ?? '') !== '',
    '-r': (operand) => files.exists(at(operand)),
    '-w': (operand) => files.exists(at(operand)),
    '-x': (operand) => files.isFolder(at(operand)) || files.isExecutable(at(operand)),
    '-L': () => false,
    '-t': () => streams.isTerminal,
  };
  let place = 0;
  const primary = (): boolean => {
    const [first = '', second = '', third = ''] = args.slice(place, place + 3);
    if (first === '!') {
      place += 1;
      return !primary();
    }
    if (first === '(') {
      place += 1;
      const value = either();
      place += 1;
      return value;
    }
    const compare = BINARY[second];
    if (compare !== undefined && place + 2 < args.length) {
      place += 3;
      return compare(first, third);
    }
    const check = unary[first];
    if (check !== undefined && place + 1 < args.length) {
      place += 2;
      return check(second);
    }
    place += 1;
    return first !== '';
  };
  const both = (): boolean => {
    let value = primary();
    while (args[place] === '-a' || args[place] === '&&') {
      place += 1;
      value = primary() && value;
    }
    return value;
  };
  const either = (): boolean => {
    let value = both();
    while (args[place] === '-o' || args[place] === '||') {
      place += 1;
      value = both() || value;
    }
    return value;
  };
  return args.length > 0 && either() ? 0 : 1;
}

export const TEST_APPLETS: ReadonlyMap<string, Applet> = new Map<string, Applet>([
  ['test', test],
  ['[', test],
  ['[[', test],
]);
