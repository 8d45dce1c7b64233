// Causes on the way to a server: names, ports, load balancers, proxies, slow servers.
import { refused, type CauseCase } from './cause-case.ts';
import { errorAt, failedAt } from './reports.ts';

const silent = errorAt('timeout', { errno: 'UND_ERR_CONNECT_TIMEOUT' });
const late = errorAt('timeout', { errno: 'UND_ERR_HEADERS_TIMEOUT' });

export const WAY_CASES: readonly CauseCase[] = [
  {
    name: 'a name that does not resolve, while other fabrics answer',
    error: errorAt('unreachable', { errno: 'ENOTFOUND' }),
    known: {
      probe: failedAt('dns', errorAt('unreachable', { errno: 'ENOTFOUND' }), { addresses: [] }),
      reachable: ['prod', 'demo'],
    },
    scenario: 'HH-K8S-001',
    says: /name api\.lab\.example does not resolve.*DNS fails\. Fabrics prod and demo answer, so your network is fine\./,
    advice: /spelling/,
  },
  {
    name: 'a closed port with an API server on another one',
    error: refused,
    known: {
      probe: failedAt('tcp', refused, {
        alternatives: [
          { server: 'https://api.lab.example:443', says: 'A web server' },
          { server: 'https://api.lab.example:8443', version: 'v1.35.4', says: 'v1.35.4 answers' },
        ],
      }),
    },
    scenario: 'HH-K8S-001',
    says: /api\.lab\.example:6443 refuses connections.*10\.0\.0\.1.*DNS holds, TCP fails/,
    advice: /https:\/\/api\.lab\.example:8443.*v1\.35\.4/,
  },
  {
    name: 'a black hole',
    error: silent,
    known: { probe: failedAt('tcp', silent) },
    scenario: 'HH-K8S-001',
    says: /nothing answers at api\.lab\.example:6443/,
    advice: /VPN/,
  },
  {
    name: 'a time-out of the first attempt that the probe finds to be a stall of TLS',
    error: silent,
    known: { probe: failedAt('tls', late) },
    scenario: 'HH-K8S-004',
    says: /does not finish TLS.*TLS fails/,
    advice: /load/,
  },
  {
    name: 'an API server that is stuck',
    error: late,
    known: { probe: failedAt('api', late) },
    scenario: 'HH-K8S-004',
    says: /GET \/version.*the API fails/,
    advice: /etcd/,
    not: /network is fine|VPN/,
  },
  {
    name: 'a sign-in that stalls',
    error: late,
    known: { probe: failedAt('auth', late, { version: 'v1.35.4' }) },
    scenario: 'HH-K8S-004',
    says: /v1\.35\.4.*sign-in fails/,
    advice: /webhook/,
  },
  {
    name: 'a load balancer without a server',
    error: errorAt('server-error', {}, { status: 503 }),
    known: { probe: failedAt('api', errorAt('server-error', {}, { status: 503 })) },
    scenario: 'HH-K8S-001',
    says: /no API server is behind the load balancer/,
    advice: /health check/,
  },
  {
    name: 'a proxy that asks for a sign-in',
    error: errorAt('not-kubernetes', {}, { status: 407 }),
    known: {
      probe: failedAt('proxy', errorAt('not-kubernetes', {}, { status: 407 }), {
        proxy: { url: 'http://proxy:3128', from: 'environment' },
      }),
    },
    scenario: 'conn/proxy-or-not-kubernetes',
    says: /proxy http:\/\/proxy:3128 asks for a sign-in.*environment.*the proxy fails/,
    advice: /NO_PROXY/,
  },
  {
    name: 'a redirect',
    error: errorAt('not-kubernetes', { redirect: 'https://sso.example/login' }),
    known: { probe: failedAt('api', errorAt('not-kubernetes', { redirect: 'https://sso.example/login' })) },
    scenario: 'conn/proxy-or-not-kubernetes',
    says: /redirects to https:\/\/sso\.example\/login/,
    advice: /direct address/,
  },
];
