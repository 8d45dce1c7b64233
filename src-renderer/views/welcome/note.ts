/** What is worth knowing of a context before it is contacted. */
import type { FabricSummary } from '../../../shared/model/fabric.ts';

const LOCAL = /^https?:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?:[:/]|$)/;

/** `Current context, local`; empty where there is nothing to say. */
export function noteOf(
  fabric: Pick<FabricSummary, 'current' | 'insecureTls' | 'server' | 'signIn' | 'origin'>,
): string {
  const notes = [
    ...(fabric.origin === 'manual' ? ['added by hand'] : []),
    ...(fabric.current ? ['current context'] : []),
    ...(fabric.server !== undefined && LOCAL.test(fabric.server) ? ['local'] : []),
    ...(fabric.insecureTls ? ['certificate checks are off'] : []),
    ...(fabric.signIn === 'none' ? ['no credentials'] : []),
  ];
  const text = notes.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
