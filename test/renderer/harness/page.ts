// The page of the harness: puts a fake bridge in place, then starts the real renderer.
import { navigation, VIEW_NAMES, type View } from '../../../src-renderer/state/navigation.svelte.ts';
import { dataSets } from './data.ts';
import { withFabrics, type FabricControl } from './fabric-bridge.ts';
import { createBridge, type HarnessControl } from './fake-bridge.ts';
import { withSettings } from './settings-bridge.ts';
import { withResources, type ResourceControl } from './resources.ts';

declare global {
  interface Window {
    harness?: HarnessControl;
    resources?: ResourceControl;
    fabrics?: FabricControl;
  }
}

const query = new URLSearchParams(location.search);
const name = query.get('data') ?? 'five';
const make = Object.hasOwn(dataSets, name) ? dataSets[name] : undefined;
if (make) {
  const { bridge, control } = createBridge(make());
  const layered = withFabrics(bridge, control);
  const whole = withSettings(layered.bridge, control, query.get('keychain') !== 'none');
  window.hedgerow = whole;
  window.harness = control;
  window.fabrics = layered.control;
  // `&resources=many` adds tables, objects, logs and shells.
  const rows = query.get('resources');
  if (rows !== null) {
    const extended = withResources(whole, rows, query.get('logs') ?? 'sample');
    window.hedgerow = extended.bridge;
    window.resources = extended.control;
  }
}
const view = query.get('view');
if (view !== null && Object.hasOwn(VIEW_NAMES, view)) navigation.go(view as View);
await import('../../../src-renderer/main.ts');
