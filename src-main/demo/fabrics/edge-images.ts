/** The images of demo-edge, and what their programs do. */
import type { AccessNeed, EndpointNeed, ImageRow } from '../kubelet/image-row.ts';
import { logfmt, needsVariable, row, server } from './program-styles.ts';

/** It reads its routes through the API, and gives up where it may not. */
const NEEDS_CONFIGMAPS: AccessNeed = {
  access: { verb: 'list', group: '', resource: 'configmaps' },
  afterMs: 200,
  exitCode: 1,
  log: ['{clock} FATAL cannot read the routes: {error}'],
};

const NEEDS_BUFFER: EndpointNeed = {
  endpoint: '${BUFFER_HOST}:6379',
  exitCode: 1,
  afterMs: 300,
  log: [logfmt('error', 'cannot reach the buffer', { error: '{error}' })],
};

export const EDGE: readonly ImageRow[] = [
  row('edge/gateway', ['1.8.*'], server('gateway', 'json')),
  row(
    'edge/door-control',
    ['2.*'],
    server('door-control', 'logfmt', {
      needs: [needsVariable('DOOR_COUNT')],
      work: [['door checked', { door: '{int:1-14}', state: '{pick:open|closed}' }]],
    }),
  ),
  row(
    'edge/collector',
    ['3.*'],
    server('collector', 'logfmt', {
      needs: [NEEDS_BUFFER],
      work: [['readings stored', { sensors: '{int:20-60}', ms: '{int:2-19}' }]],
    }),
  ),
  row('edge/uplink', ['1.*'], server('uplink', 'logfmt', { needs: [NEEDS_CONFIGMAPS] })),
];
