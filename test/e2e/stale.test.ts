/** The API server dies and comes back: the screen says stale, then live again, and nothing that happened is missing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRun } from '../cluster/can-run.ts';
import { startCluster, type Cluster } from '../cluster/use-cluster.ts';
import { launchApp, whyNoWindow, type LaunchedApp } from './launch-app.ts';
import { becomes, crashingDeployment, findingsShown, rootCauses, uniqueName } from './world.ts';

const missing = [canRun().controlPlane, whyNoWindow() ?? true].find((one) => one !== true);

describe.skipIf(missing)(`a lost connection${missing ? ` (${String(missing)})` : ''}`, () => {
  const namespace = uniqueName('stale');
  let cluster: Cluster;
  let opened: LaunchedApp;

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.apply(crashingDeployment(namespace));
    await cluster.waitFor(async () => (await pods()).length > 0);
    await setCrashed(7);
    opened = await launchApp({ kubeconfig: cluster.kubeconfig, flags: ['--context', cluster.name] });
    await findingsShown(opened.page);
  }, 180_000);

  afterAll(async () => {
    await opened.close();
    await cluster.stop();
  });

  async function pods(): Promise<string[]> {
    const names = await cluster.kubectl([
      'get',
      'pods',
      '-n',
      namespace,
      '-o',
      'jsonpath={.items[*].metadata.name}',
    ]);
    return names.split(' ').filter((name) => name !== '');
  }

  /** There is no kubelet here: the test says what one would report of a container that has crashed `restarts` times. */
  async function setCrashed(restarts: number): Promise<void> {
    const [pod = ''] = await pods();
    const at = new Date(Date.now() - 30_000).toISOString();
    const status = {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'main',
          image: 'x',
          imageID: '',
          ready: false,
          restartCount: restarts,
          state: {
            waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' },
          },
          lastState: { terminated: { exitCode: 3, reason: 'Error', startedAt: at, finishedAt: at } },
        },
      ],
    };
    const patch = JSON.stringify({ status });
    await cluster.kubectl([
      'patch',
      'pod',
      pod,
      '-n',
      namespace,
      '--subresource=status',
      '--type=merge',
      '-p',
      patch,
    ]);
  }

  test('killed: stale, with the findings kept as unverified; back: live, with nothing lost', async () => {
    const { page } = opened;
    const orders = rootCauses(page).getByRole('option', {
      name: new RegExp(`Deployment ${namespace}/orders`),
    });
    const status = page.getByRole('contentinfo');
    await becomes(orders, 'visible');
    await becomes(status.getByText('Live', { exact: true }), 'visible');

    await cluster.stopApiServer();
    await becomes(status.getByText('Stale', { exact: true }), 'visible');
    await becomes(page.getByText('Findings are unverified, none is marked resolved.'), 'visible');
    expect(await orders.first().isVisible()).toBe(true);

    await cluster.startApiServer();
    await becomes(status.getByText('Live', { exact: true }), 'visible', 60_000);
    await becomes(page.getByText('Findings are unverified, none is marked resolved.'), 'hidden');

    // What happens after the gap is seen again: the finding goes with its object.
    await cluster.kubectl(['delete', 'deployment', 'orders', '-n', namespace]);
    await cluster.waitFor(async () => {
      await cluster.kubectl(['delete', 'pods', '--all', '-n', namespace, '--force', '--grace-period=0']);
      return (await pods()).length === 0;
    });
    await becomes(orders, 'hidden', 60_000);
  }, 180_000);
});
