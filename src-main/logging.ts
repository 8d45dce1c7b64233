/** The log file of the app: what went wrong and when, in the home folder, without secrets. */
import { join } from 'node:path';
import { inspect } from 'node:util';
import log from 'electron-log/node.js';
import { maskText } from './kube/mask-text.ts';

export interface Log {
  info(message: string): void;
  /** `cause` adds the stack of an error; its text is masked like everything else. */
  error(message: string, cause?: unknown): void;
}

/** Opens `logs/main.log` in `home`; it is rotated at 2 MiB. Nothing goes to stdout, which belongs to `--smoke`. */
export function openLog(home: string): Log {
  const { file, console: terminal } = log.transports;
  terminal.level = false;
  file.level = 'info';
  file.maxSize = 2 * 1024 * 1024;
  file.resolvePathFn = () => join(home, 'logs', 'main.log');
  return {
    info: (message) => log.info(maskText(message)),
    error(message, cause) {
      const detail =
        cause instanceof Error ? (cause.stack ?? cause.message) : cause === undefined ? '' : inspect(cause);
      log.error(maskText(detail === '' ? message : `${message}: ${detail}`, 8000));
    },
  };
}
