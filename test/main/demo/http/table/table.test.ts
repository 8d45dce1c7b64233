/** Tables of the demo's API server: ages, cells of several kinds, columns of custom resources. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customCells } from '../../../../../src-main/demo/http/table/custom-cells.ts';
import { humanDuration, since } from '../../../../../src-main/demo/http/table/duration.ts';
import { formatSelector } from '../../../../../src-main/demo/http/table/format.ts';
import { readJsonPath } from '../../../../../src-main/demo/http/table/json-path.ts';
import { printerFor } from '../../../../../src-main/demo/http/table/printers.ts';
import { rowText } from '../../../../../src-main/demo/http/table/table.ts';
import type { Column, Resource, StoredObject } from '../../../../../src-main/demo/model.ts';
import { BUILT_IN_RESOURCES } from '../../../../../src-main/demo/registry/built-in-resources.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function resourceOf(plural: string, group = ''): Resource {
  const found = BUILT_IN_RESOURCES.find((one) => one.plural === plural && one.group === group);
  if (found === undefined) throw new RangeError(plural);
  return found;
}

function object(fields: object): StoredObject {
  const metadata = { name: 'x', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-03-01T09:00:00Z' };
  return { apiVersion: 'v1', kind: 'X', metadata, ...fields };
}

describe('ages', () => {
  it.each([
    [-5 * SECOND, '<invalid>'],
    [-1 * SECOND, '0s'],
    [119 * SECOND, '119s'],
    [2 * MINUTE, '2m'],
    [3 * MINUTE + 20 * SECOND, '3m20s'],
    [10 * MINUTE + 20 * SECOND, '10m'],
    [179 * MINUTE, '179m'],
    [3 * HOUR, '3h'],
    [7 * HOUR + 5 * MINUTE, '7h5m'],
    [47 * HOUR, '47h'],
    [2 * DAY, '2d'],
    [7 * DAY + 3 * HOUR, '7d3h'],
    [8 * DAY + 3 * HOUR, '8d'],
    [729 * DAY, '729d'],
    [730 * DAY, '2y'],
    [731 * DAY, '2y1d'],
    [9 * 365 * DAY, '9y'],
  ])('%i ms is %s', (duration, text) => {
    expect(humanDuration(duration)).toBe(text);
  });

  it('knows when it does not know', () => {
    expect(since(undefined, NOW)).toBe('<unknown>');
    expect(since('yesterday', NOW)).toBe('<unknown>');
  });
});

describe('cells', () => {
  it.each<readonly [string, string, object, readonly unknown[]]>([
    [
      'services',
      '',
      {
        spec: {
          type: 'LoadBalancer',
          clusterIPs: ['10.0.0.1'],
          ports: [{ port: 80, protocol: 'TCP', nodePort: 30080 }],
        },
      },
      ['x', 'LoadBalancer', '10.0.0.1', '<pending>', '80:30080/TCP', '60m', '<none>'],
    ],
    [
      'nodes',
      '',
      {
        spec: { unschedulable: true },
        status: { conditions: [{ type: 'Ready', status: 'Unknown' }], nodeInfo: {} },
      },
      [
        'x',
        'NotReady,SchedulingDisabled',
        '<none>',
        '60m',
        '',
        '<none>',
        '<none>',
        '<unknown>',
        '<unknown>',
        '<unknown>',
      ],
    ],
    [
      'endpoints',
      '',
      { subsets: [{ addresses: ['1', '2', '3', '4'].map((ip) => ({ ip })), ports: [{ port: 80 }] }] },
      ['x', '1:80,2:80,3:80 + 1 more...', '60m'],
    ],
    [
      'resourcequotas',
      '',
      { status: { hard: { 'limits.cpu': '2', pods: '5' }, used: { pods: '3' } } },
      ['x', 'pods: 3/5', 'limits.cpu: 0/2', '60m'],
    ],
    [
      'horizontalpodautoscalers',
      'autoscaling',
      {
        spec: {
          scaleTargetRef: { kind: 'Deployment', name: 'web' },
          maxReplicas: 3,
          metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 80 } } }],
        },
        status: { currentReplicas: 1 },
      },
      ['x', 'Deployment/web', 'cpu: <unknown>/80%', '<unset>', 3, 1, '60m'],
    ],
    [
      'jobs',
      'batch',
      {
        spec: { completions: 1 },
        status: { startTime: '2026-03-01T09:59:00Z', conditions: [{ type: 'Failed', status: 'True' }] },
      },
      ['x', 'Failed', '0/1', '60s', '60m', '', '', '<none>'],
    ],
    [
      'events',
      '',
      {
        involvedObject: { kind: 'Pod', name: 'web', fieldPath: 'spec' },
        type: 'Warning',
        reason: 'BackOff',
        message: ' no \n',
        count: 4,
        firstTimestamp: '2026-03-01T09:00:00Z',
        lastTimestamp: '2026-03-01T09:58:00Z',
        source: { component: 'kubelet', host: 'n1' },
      },
      ['2m', 'Warning', 'BackOff', 'pod/web', 'spec', 'kubelet, n1', 'no', '60m', 4, 'x'],
    ],
    ['limitranges', '', {}, ['x', '2026-03-01T09:00:00Z']],
  ])('%s', (plural, group, fields, cells) => {
    expect(printerFor(resourceOf(plural, group)).row(object(fields), NOW).cells).toEqual(cells);
  });

  it('has a cell for every column of every kind, and outlives what is malformed', () => {
    const hostile = fc.object({
      maxDepth: 3,
      key: fc.constantFrom('spec', 'status', 'conditions', 'name', 'ports'),
    });
    fc.assert(
      fc.property(hostile, (fields) => {
        for (const resource of BUILT_IN_RESOURCES) {
          const { columns, row } = printerFor(resource);
          const { cells } = row(object(fields), NOW);
          // The API server's own table of IP addresses has an age without a column.
          const extra = resource.plural === 'ipaddresses' ? 1 : 0;
          expect(cells).toHaveLength(columns.length + extra);
          expect(() => JSON.parse(rowText(resource, object({}), 'None', NOW)) as unknown).not.toThrow();
        }
      }),
      { numRuns: 30 },
    );
  });

  it('writes selectors in the order of their keys', () => {
    const matchExpressions = [
      { key: 'b', operator: 'In', values: ['y', 'x'] },
      { key: 'c', operator: 'DoesNotExist' },
    ];
    expect(formatSelector({ matchLabels: { d: '1', a: '2' }, matchExpressions })).toBe(
      'a=2,b in (x,y),!c,d=1',
    );
    expect(formatSelector({})).toBe('<none>');
  });
});

describe('custom columns', () => {
  const column = (name: string, type: Column['type'], jsonPath: string): Column => ({
    name,
    type,
    format: '',
    description: '',
    priority: 0,
    jsonPath,
  });
  const resource: Resource = {
    ...resourceOf('configmaps'),
    custom: {
      schema: {},
      columns: [
        column('S', 'string', '.spec.s'),
        column('I', 'integer', '.spec.i'),
        column('B', 'boolean', '.spec.b'),
        column('D', 'date', '.spec.d'),
      ],
    },
  };

  // What the API server makes of each, tried out on 1.35.
  it.each([
    [{ s: 'a', i: 1.5, b: true, d: '2026-02-28T00:00:00Z' }, ['a', 1, true, '34h']],
    [{ s: { p: 1 }, i: 'x', b: 1, d: 'bad' }, ['{"p":1}', null, null, '<invalid>']],
    [{ s: null, i: null, b: null, d: null }, ['<no value>', null, null, null]],
    [{}, [null, null, null, null]],
  ])('%j', (spec, cells) => {
    expect(customCells(resource, object({ spec }), NOW).slice(1)).toEqual(cells);
  });

  it.each([
    ['.a.b', [1]],
    ['.list[*].n', [1, 2]],
    ['.list[1].n', [2]],
    ['.list[-1].n', [2]],
    ['.list[?(@.n=="x")].n', []],
    ['.named[?(@.type=="Ready")].status', ['True']],
    ['.metadata.annotations.a\\.b/c', ['dotted']],
    [".metadata.annotations['a.b/c']", ['dotted']],
    ['.list[', []],
    ['.__proto__', []],
  ])('reads %s', (path, values) => {
    const value = {
      a: { b: 1 },
      list: [{ n: 1 }, { n: 2 }],
      named: [{ type: 'Ready', status: 'True' }],
      metadata: { annotations: { 'a.b/c': 'dotted' } },
    };
    expect(readJsonPath(value, path)).toEqual(values);
  });
});
