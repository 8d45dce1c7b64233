/** The headless commands: composition root, exit codes, and what goes to stdout and stderr. */
import { AppFailure } from '../shared/errors.ts';
import type { Command, Io } from './headless/command.ts';
import { diagnoseCommand } from './headless/diagnose-command.ts';
import { cleanLine } from './headless/plain-text.ts';
import { rbacCommand } from './headless/rbac-command.ts';

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['diagnose', diagnoseCommand],
  ['rbac', rbacCommand],
]);

const USAGE = `Commands: ${[...COMMANDS.keys()].join(', ')}. Each shows its flags with --help.\n`;

const io: Io = {
  /** Writes all of it, however slow the reader; a reader that has gone away is none of our business. */
  write: (text) =>
    new Promise((resolve, reject) => {
      process.stdout.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EPIPE' ? resolve() : reject(error),
      );
      process.stdout.write(text, () => resolve());
    }),
  warn: (sentence) => void process.stderr.write(`${cleanLine(sentence)}\n`),
};

async function main(name: string | undefined, args: readonly string[]): Promise<number> {
  if (name === undefined || ['--help', '-h', 'help'].includes(name)) {
    await io.write(`${USAGE}\n${[...COMMANDS.values()].map(({ usage }) => usage).join('\n')}`);
    return 0;
  }
  const command = COMMANDS.get(name);
  if (command === undefined) {
    io.warn(`There is no command ${name}: use ${[...COMMANDS.keys()].join(' or ')}.`);
    io.warn('See --help.');
    return 2;
  }
  const parsed = command.prepare(args);
  if (parsed.do === 'run') return parsed.flags(io);
  if (parsed.do === 'help') {
    await io.write(command.usage);
    return 0;
  }
  io.warn(`${parsed.why}.`);
  io.warn(`See ${name} --help.`);
  return 2;
}

const [name, ...args] = process.argv.slice(2);

main(name, args).then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (error instanceof AppFailure) {
      const { message, hint } = error.error;
      io.warn(hint === undefined ? message : `${message} ${hint}`);
    } else io.warn(`The command broke off: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
