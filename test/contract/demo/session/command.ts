/** What a kubectl session is made of: commands as data, each run on both servers with the same words. */

export interface Command {
  /** Words after `kubectl`, split at blanks; a list where a word holds blanks. `{ns}`, `{node}` and saved variables are filled in. */
  readonly run: string | readonly string[];
  /** Standard input. */
  readonly input?: string;
  /** KUBE_EDITOR of `edit`. */
  readonly editor?: string;
  /** With the token of this user instead of the administrator's. */
  readonly as?: 'viewer' | 'limited' | 'nobody';
  /** Run again until it succeeds and its output matches, for up to 60 s. */
  readonly until?: RegExp;
  /** Only the last line is compared: those before it are as fast as the machine. */
  readonly last?: boolean;
  /** Only these lines are compared. */
  readonly only?: RegExp;
  /** The order of lines is not compared, for the reason given. */
  readonly anyOrder?: string;
  /** Only whether it fails is compared, for the reason given. */
  readonly quiet?: string;
  /** The output, without white space around it, under this name for later commands. */
  readonly save?: string;
}

export interface Session {
  readonly id: string;
  /** Whether it needs pods that really run. */
  readonly node: boolean;
  readonly commands: readonly Command[];
}

/** Short for commands that need no more than their words. */
export const run = (...lines: readonly string[]): Command[] => lines.map((line) => ({ run: line }));
