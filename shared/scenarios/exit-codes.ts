/** What the exit code of a container says, as a table. */

export interface ExitMeaning {
  /** Two to five words that fit into brackets behind `exits with N`; empty where the code alone says nothing. */
  readonly meaning: string;
  /** One sentence on what to distinguish. */
  readonly hint: string;
}

const EXIT_CODES: ReadonlyMap<number, ExitMeaning> = new Map([
  [0, { meaning: 'completed', hint: 'The program ended by itself and reported success.' }],
  [1, { meaning: '', hint: 'The program reported a failure of its own; its log says which.' }],
  [
    2,
    {
      meaning: 'wrong usage or Go panic',
      hint: 'Shells and many programs return 2 for wrong arguments, Go programs for a panic.',
    },
  ],
  [
    125,
    {
      meaning: 'runtime could not run it',
      hint: 'The container runtime itself failed before the program ran.',
    },
  ],
  [
    126,
    {
      meaning: 'not executable',
      hint: 'The command was found but cannot be executed: file mode, not a program, or the wrong architecture.',
    },
  ],
  [
    127,
    {
      meaning: 'command not found',
      hint: 'A command is not in the image: a wrong path, a missing interpreter, or a script with Windows line ends.',
    },
  ],
  [
    128,
    {
      meaning: 'invalid exit argument',
      hint: 'The program, or the runtime, gave an exit status that is none.',
    },
  ],
  [130, { meaning: 'interrupted, SIGINT', hint: 'Somebody or something interrupted the program.' }],
  [134, { meaning: 'aborted, SIGABRT', hint: 'The program aborted itself, often on a failed assertion.' }],
  [
    135,
    {
      meaning: 'bus error, SIGBUS',
      hint: 'The program touched memory it could not have, often a full /dev/shm.',
    },
  ],
  [136, { meaning: 'arithmetic error, SIGFPE', hint: 'The program failed in its arithmetic.' }],
  [137, { meaning: 'killed, SIGKILL', hint: 'Something ended the program with SIGKILL.' }],
  [
    139,
    {
      meaning: 'segmentation fault, SIGSEGV',
      hint: 'The program, or a native library it loads, touched memory that is not its own.',
    },
  ],
  [
    143,
    {
      meaning: 'terminated, SIGTERM',
      hint: 'Something asked the program to end; that is normal for a rollout or drain.',
    },
  ],
  [
    255,
    {
      meaning: 'out of range',
      hint: 'The program returned a negative or too large status, or the node lost the container.',
    },
  ],
]);

/** Linux signals by number; those above have no name of their own. */
const SIGNALS: ReadonlyMap<number, string> = new Map([
  [1, 'SIGHUP'],
  [2, 'SIGINT'],
  [3, 'SIGQUIT'],
  [4, 'SIGILL'],
  [5, 'SIGTRAP'],
  [6, 'SIGABRT'],
  [7, 'SIGBUS'],
  [8, 'SIGFPE'],
  [9, 'SIGKILL'],
  [10, 'SIGUSR1'],
  [11, 'SIGSEGV'],
  [12, 'SIGUSR2'],
  [13, 'SIGPIPE'],
  [14, 'SIGALRM'],
  [15, 'SIGTERM'],
]);

const HIGHEST_SIGNAL = 64;

/** Decodes any number; a code without a row between 129 and 192 stands for the signal `code − 128`. */
export function decodeExit(code: number): ExitMeaning {
  const row = EXIT_CODES.get(code);
  if (row !== undefined) return row;
  const signal = code - 128;
  if (signal >= 1 && signal <= HIGHEST_SIGNAL) {
    const name = SIGNALS.get(signal) ?? `signal ${signal}`;
    return { meaning: `ended by ${name}`, hint: `The program was ended by ${name}.` };
  }
  return {
    meaning: '',
    hint: 'The code is of the program’s own making; its log or manual says what it means.',
  };
}
