// Tables for the harness: pods of an incident, thousands of them, and ones with names at their limits.
import type { Row, RowColumn } from '../../../shared/ipc.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function column(name: string, type: string, priority = 0, description = ''): RowColumn {
  return { name, type, description, priority };
}

/** What the API server prints for pods. */
export const POD_COLUMNS: readonly RowColumn[] = [
  column('Name', 'string'),
  column('Ready', 'string', 0, 'The aggregate readiness state of this pod for accepting traffic.'),
  column('Status', 'string', 0, 'The aggregate status of the containers in this pod.'),
  column('Restarts', 'string', 0, 'The number of times the containers in this pod have been restarted.'),
  column('Age', 'string'),
  column('IP', 'string', 1),
  column('Node', 'string', 1),
];

/** `uid` is `Pod-<namespace>-<name>`, as the findings of the harness have it. */
export function podRow(
  namespace: string,
  name: string,
  ready: string,
  status: string,
  restarts: string,
  ageMs: number,
): Row {
  return {
    uid: `Pod-${namespace}-${name}`,
    name,
    namespace,
    created: Date.now() - ageMs,
    deleting: status === 'Terminating',
    cells: [name, ready, status, restarts, '1h', '10.244.7.31', 'fra1-w07'],
  };
}

export function incidentPods(): Row[] {
  const api = 'payments-api-7c9f6d8b5';
  return [
    podRow('payments', `${api}-x2k8p`, '0/1', 'CrashLoopBackOff', '7 (3m12s ago)', 22 * HOUR),
    podRow('payments', `${api}-h9v2c`, '0/1', 'CrashLoopBackOff', '7 (2m ago)', 22 * HOUR),
    podRow('payments', `${api}-zt4ln`, '0/1', 'CrashLoopBackOff', '6 (4m ago)', 22 * HOUR),
    podRow('payments', `${api}-m4t7q`, '1/1', 'Running', '0', 22 * HOUR),
    podRow('shop', 'checkout-5d7f8b6c9-2qkfw', '0/1', 'ImagePullBackOff', '0', 9 * MINUTE),
    podRow('ledger', 'ledger-db-0', '1/1', 'Running', '0', 63 * 24 * HOUR),
    podRow('ledger', 'ledger-sync-28934410-tq6rb', '0/1', 'Init:0/1', '0', 16 * MINUTE),
    podRow('kafka', 'kafka-2', '1/1', 'Terminating', '12 (5h ago)', 41 * 24 * HOUR),
  ];
}

const STATUSES = [
  'Running',
  'Running',
  'Running',
  'Running',
  'Pending',
  'Completed',
  'CrashLoopBackOff',
] as const;

export function manyPods(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => {
    const status = STATUSES[index % STATUSES.length] ?? 'Running';
    const name = `app-${String(index % 97)}-${(index * 7919).toString(36).padStart(6, '0')}-${String(index)}`;
    return podRow(
      `team-${String(index % 23)}`,
      name,
      status === 'Running' ? '1/1' : '0/1',
      status,
      String(index % 11),
      (index + 1) * 37_000,
    );
  });
}

export function longPods(): Row[] {
  return Array.from({ length: 30 }, (_, index) =>
    podRow(
      'n'.repeat(60) + String(index % 3),
      `${'very-long-generated-name-'.repeat(10)}${String(index).padStart(3, '0')}`,
      '0/1',
      `Init:ErrImagePull and ${'more '.repeat(20)}`,
      '2147483647',
      90 * 24 * HOUR,
    ),
  );
}

/** Names and cells that try to break out, reorder or hide. */
export function hostilePods(): Row[] {
  return [
    podRow(
      '<img src=x onerror=alert(1)>',
      '\u202egnp.exe',
      '0/1',
      '\u001b[31mRed\u001b]0;title\u0007',
      '<b>7</b>',
      HOUR,
    ),
    podRow('__proto__', 'constructor', '{{7*7}}', '\u0000\u200b', '${process}', HOUR),
    { ...podRow('shop', '', '', '', '', HOUR), uid: '__proto__', cells: [null, true, -0, 1e21, null] },
  ];
}

/** A small table for any other kind. */
export function plainRows(names: readonly string[], namespace?: string): Row[] {
  return names.map((name, index) => ({
    uid: `${namespace ?? ''}-${name}`,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    created: Date.now() - (index + 1) * HOUR,
    deleting: false,
    cells: [name, '1h'],
  }));
}

export const PLAIN_COLUMNS: readonly RowColumn[] = [column('Name', 'string'), column('Age', 'date')];
