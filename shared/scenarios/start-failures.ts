/** Why a container runtime cannot start a program, from its message. */

const START_FAILURES: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/executable file not found|no such file or directory/i, 'command not found in the image'],
  [/exec format error/i, 'wrong processor architecture'],
  [/permission denied/i, 'not executable'],
  [/no such user|unable to find user|unable to find group/i, 'unknown user'],
  [/mkdir|chdir|working directory/i, 'working directory'],
  [/read-only file system/i, 'read-only file system'],
  [/mount/i, 'mount failed'],
];

/** What keeps the runtime from starting a program, in a few words; empty if its message is none of the known ones. */
export function startFailure(message: string): string {
  return START_FAILURES.find(([pattern]) => pattern.test(message))?.[1] ?? '';
}
