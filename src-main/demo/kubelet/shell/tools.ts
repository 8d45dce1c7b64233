/** Which programs beyond busybox an image brings along. */
import type { Machine } from '../machine.ts';

/** Not part of busybox: only in the images named. */
const EXTRA_TOOLS: Readonly<Record<string, RegExp>> = {
  bash: /debian|ubuntu|netshoot|nginx|httpd|redis|postgres|mysql|mariadb|mongo|rabbitmq|python|node|perl/,
  zsh: /netshoot/,
  dash: /debian|ubuntu|nginx|httpd|redis|postgres|python|node|perl/,
  curl: /curlimages|netshoot|nginx|python|node|kubectl/,
  dig: /netshoot/,
  'redis-cli': /redis|netshoot/,
  pg_isready: /postgres/,
  psql: /postgres/,
  mysqladmin: /mysql|mariadb/,
  python: /python/,
  python3: /python/,
  node: /\/node$/,
  perl: /perl/,
  stress: /stress/,
  'stress-ng': /stress/,
};

export function hasTool(machine: Machine, name: string): boolean {
  const images = EXTRA_TOOLS[name];
  return images === undefined || images.test(machine.options.repository);
}
