/** Follows what the connection view shows of one fabric, and keeps its health checked meanwhile. */
import type { ConnectionView } from '../../shared/model/connection.ts';
import type { Fabric } from '../fabric/fabric.ts';
import { coalesce } from './coalesce.ts';

/** At most four times a second. */
const FLUSH_MS = 250;
/** How often what nobody tells of is looked at (events of the watches, times of requests), ms. */
const LOOK_MS = 2000;

/** Sends the whole view at first and whenever it has changed, until the function that is returned is called. */
export function followConnection(fabric: Fabric, send: (view: ConnectionView) => void): () => void {
  let last = '';
  const push = coalesce(() => {
    const { view } = fabric;
    const content = JSON.stringify(view);
    if (content === last) return;
    last = content;
    send(view);
  }, FLUSH_MS);
  const stops = [
    fabric.on((change) => {
      if (change === 'connection') push.ask();
    }),
    fabric.look(),
  ];
  const timer = setInterval(() => push.ask(), LOOK_MS);
  timer.unref();
  push.ask();
  return () => {
    clearInterval(timer);
    push.stop();
    for (const stop of stops) stop();
  };
}
