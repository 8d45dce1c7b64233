// The page of the harness: puts a fake bridge in place, then starts the real renderer.
import { dataSets } from './data.ts';
import { createBridge, type HarnessControl } from './fake-bridge.ts';
import { withResources, type ResourceControl } from './resources.ts';

declare global {
  interface Window {
    harness?: HarnessControl;
    resources?: ResourceControl;
  }
}

const query = new URLSearchParams(location.search);
const name = query.get('data') ?? 'five';
const make = Object.hasOwn(dataSets, name) ? dataSets[name] : undefined;
if (make) {
  const { bridge, control } = createBridge(make());
  window.hedgerow = bridge;
  window.harness = control;
  // `&resources=many` adds tables, objects, logs and shells.
  const rows = query.get('resources');
  if (rows !== null) {
    const extended = withResources(bridge, rows, query.get('logs') ?? 'sample');
    window.hedgerow = extended.bridge;
    window.resources = extended.control;
  }
}
await import('../../../src-renderer/main.ts');
