/** What is said when a fabric cannot be read: the right catalogue id, and a sentence that names file, context or server. */
import { describe, expect, test } from 'vitest';
import type { AppError } from '../../../shared/errors.ts';
import {
  connectionFinding,
  refusedEverywhere,
  unreadBlindSpot,
} from '../../../shared/connection/connection-finding.ts';
import { statusError } from '../../../src-main/kube/status-error.ts';
import { transportError } from '../../../src-main/kube/transport-error.ts';

const WHERE = { fabric: 'prod', server: 'https://api.prod.example:6443' };
const transport = (code: string) => transportError({ code, message: code }, WHERE);
const status = (code: number, reason: string, message: string) =>
  statusError(
    {
      status: code,
      headers: {},
      text: JSON.stringify({ kind: 'Status', status: 'Failure', code, reason, message }),
    },
    WHERE,
    'list pods',
  );
const page = (code: number) =>
  statusError(
    { status: code, headers: { 'content-type': 'text/html' }, text: '<html>' },
    WHERE,
    'GET /version',
  );
const kubeconfig = (code: AppError['code'], message: string): AppError => ({
  code,
  message,
  hint: 'Correct it.',
  retryable: false,
  details: { file: '/etc/kube.yaml', context: 'prod' },
});

interface Case {
  readonly name: string;
  readonly error: AppError;
  readonly scenario: string;
  readonly severity: string;
  /** All of these stand in summary, cause and advice together. */
  readonly says: readonly string[];
}

const FORBIDDEN =
  'pods is forbidden: User "jane" cannot list resource "pods" in API group "" at the cluster scope';
const ANONYMOUS = FORBIDDEN.replace('jane', 'system:anonymous');

const CASES: readonly Case[] = [
  {
    name: 'missing kubeconfig',
    error: kubeconfig('kubeconfig-missing', 'It does not exist'),
    scenario: 'conn/kubeconfig-invalid',
    severity: 'high',
    says: ['/etc/kube.yaml', 'does not exist', 'Correct it.'],
  },
  {
    name: 'unreadable kubeconfig',
    error: kubeconfig('kubeconfig-unreadable', 'Permission denied'),
    scenario: 'conn/kubeconfig-invalid',
    severity: 'high',
    says: ['/etc/kube.yaml', 'cannot be read', 'Permission denied.'],
  },
  {
    name: 'malformed kubeconfig',
    error: kubeconfig('kubeconfig-invalid', 'Line 3 is no YAML'),
    scenario: 'conn/kubeconfig-invalid',
    severity: 'high',
    says: ['/etc/kube.yaml', 'Line 3'],
  },
  {
    name: 'unknown context',
    error: kubeconfig('context-missing', 'It holds dev'),
    scenario: 'conn/kubeconfig-invalid',
    severity: 'high',
    says: ['prod', 'no such context', 'dev'],
  },
  {
    name: 'context without its cluster',
    error: kubeconfig('context-broken', 'Cluster x is missing'),
    scenario: 'conn/kubeconfig-invalid',
    severity: 'high',
    says: ['/etc/kube.yaml', 'Cluster x'],
  },
  {
    name: 'refused connection',
    error: transport('ECONNREFUSED'),
    scenario: 'HH-K8S-001',
    severity: 'critical',
    says: ['https://api.prod.example:6443', 'refuses the connection'],
  },
  {
    name: 'unknown host',
    error: transport('ENOTFOUND'),
    scenario: 'HH-K8S-001',
    severity: 'critical',
    says: ['https://api.prod.example:6443', 'does not resolve'],
  },
  {
    name: 'connect time-out',
    error: transport('UND_ERR_CONNECT_TIMEOUT'),
    scenario: 'HH-K8S-001',
    severity: 'critical',
    says: ['https://api.prod.example:6443', 'in time'],
  },
  {
    name: 'answer time-out',
    error: transport('UND_ERR_HEADERS_TIMEOUT'),
    scenario: 'HH-K8S-004',
    severity: 'high',
    says: ['in time'],
  },
  {
    name: 'etcd time-out',
    error: status(500, 'InternalError', 'etcdserver: request timed out'),
    scenario: 'HH-K8S-004',
    severity: 'high',
    says: ['https://api.prod.example:6443', 'gave up'],
  },
  {
    name: 'server that gives up',
    error: status(504, 'Timeout', 'request did not complete within the allotted timeout'),
    scenario: 'HH-K8S-004',
    severity: 'high',
    says: ['allotted timeout'],
  },
  {
    name: 'API server that is not ready',
    error: status(503, 'ServiceUnavailable', 'apiserver not ready'),
    scenario: 'cp/apiserver-unhealthy',
    severity: 'critical',
    says: ['not ready'],
  },
  {
    name: 'reset connection',
    error: transport('ECONNRESET'),
    scenario: 'HH-K8S-001',
    severity: 'critical',
    says: ['closed the connection'],
  },
  {
    name: 'no route',
    error: transport('EHOSTUNREACH'),
    scenario: 'HH-K8S-001',
    severity: 'critical',
    says: ['no route'],
  },
  {
    name: 'load balancer without a server',
    error: page(503),
    scenario: 'HH-K8S-001',
    severity: 'critical',
    says: ['https://api.prod.example:6443'],
  },
  {
    name: 'unknown authority',
    error: transport('SELF_SIGNED_CERT_IN_CHAIN'),
    scenario: 'conn/tls-untrusted',
    severity: 'high',
    says: ['certificate', 'https://api.prod.example:6443'],
  },
  {
    name: 'certificate for other names',
    error: transport('ERR_TLS_CERT_ALTNAME_INVALID'),
    scenario: 'conn/tls-untrusted',
    severity: 'high',
    says: ['other names'],
  },
  {
    name: 'expired certificate',
    error: transport('CERT_HAS_EXPIRED'),
    scenario: 'conn/tls-untrusted',
    severity: 'high',
    says: ['expired'],
  },
  {
    name: 'wrong token',
    error: status(401, 'Unauthorized', 'Unauthorized'),
    scenario: 'HH-K8S-002',
    severity: 'critical',
    says: ['does not accept', 'https://api.prod.example:6443'],
  },
  {
    name: 'anonymous',
    error: status(403, 'Forbidden', ANONYMOUS),
    scenario: 'HH-K8S-002',
    severity: 'critical',
    says: ['no credentials'],
  },
  {
    name: 'everything forbidden',
    error: refusedEverywhere(status(403, 'Forbidden', FORBIDDEN)),
    scenario: 'HH-K8S-033',
    severity: 'high',
    says: ['jane', 'ClusterRole view'],
  },
  {
    name: 'sign-in page',
    error: page(200),
    scenario: 'conn/proxy-or-not-kubernetes',
    severity: 'high',
    says: ['https://api.prod.example:6443', 'no Kubernetes API server'],
  },
  {
    name: 'overload',
    error: status(429, 'TooManyRequests', 'too many requests'),
    scenario: 'conn/throttled',
    severity: 'high',
    says: ['overload'],
  },
  {
    name: 'server failure',
    error: status(500, 'InternalError', 'etcd is down'),
    scenario: 'cp/apiserver-unhealthy',
    severity: 'critical',
    says: ['etcd is down'],
  },
  {
    name: 'credential command',
    error: {
      code: 'credentials-failed',
      message: 'aws was not found',
      retryable: false,
      details: { command: 'aws', user: 'ci' },
    },
    scenario: 'conn/exec-plugin-failed',
    severity: 'high',
    says: ['ci', 'aws was not found'],
  },
  {
    name: 'credential file',
    error: {
      code: 'credentials-failed',
      message: 'token file /t cannot be read',
      retryable: false,
      details: { file: '/k' },
    },
    scenario: 'conn/kubeconfig-invalid',
    severity: 'high',
    says: ['/t cannot be read'],
  },
];

describe('connectionFinding', () => {
  test.each(CASES)('$name → $scenario', ({ error, scenario, severity, says }) => {
    const finding = connectionFinding('prod', error, 1000);
    expect(finding).toMatchObject({ scenario, severity, since: 1000, rootCause: null, status: 'active' });
    expect(finding.subject).toEqual({ apiVersion: 'hedgerow/v1', kind: 'Fabric', name: 'prod' });
    const text = `${finding.summary} ${finding.cause} ${finding.advice}`;
    for (const word of says) expect(text).toContain(word);
    expect(text).not.toMatch(/undefined|\bat \S+:\d+:\d+|\.\./);
    expect(finding.evidence.length).toBeGreaterThan(0);
    for (const each of finding.evidence) expect(each.observed).not.toBe('');
  });

  test('the id depends on scenario and context, not on the words', () => {
    const one = connectionFinding('prod', transport('ECONNREFUSED'), 1);
    expect(connectionFinding('prod', transport('ETIMEDOUT'), 2).id).toBe(one.id);
    expect(connectionFinding('test', transport('ECONNREFUSED'), 1).id).not.toBe(one.id);
    expect(connectionFinding('prod', transport('CERT_HAS_EXPIRED'), 1).id).not.toBe(one.id);
  });

  test('without a context it is about the kubeconfig', () => {
    const finding = connectionFinding(undefined, kubeconfig('kubeconfig-missing', 'Gone'), 1);
    expect(finding.summary).toBe('No fabric can be opened: kubeconfig /etc/kube.yaml does not exist');
    expect(finding.subject.name).toBe('kubeconfig');
  });

  test('a fabric that cannot be read is one blind spot over all scenarios', () => {
    const finding = connectionFinding('prod', transport('ECONNREFUSED'), 1);
    const spot = unreadBlindSpot(finding, [{ id: 'a/b' }, { id: 'c/d' }]);
    expect(spot.scenarios).toEqual(['a/b', 'c/d']);
    expect(spot.fix).toBe(finding.advice);
  });
});
