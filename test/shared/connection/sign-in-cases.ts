// Causes of a sign-in that is not accepted, and of a credential command that yields nothing.
import { unauthorized, type CauseCase } from './cause-case.ts';
import { DAY, errorAt, facts, failedAt, HOUR, MINUTE, NOW, token } from './reports.ts';

const signIn = (credentials: Parameters<typeof facts>[0], more: Parameters<typeof failedAt>[2] = {}) => ({
  error: unauthorized,
  known: { probe: failedAt('auth', unauthorized, more), facts: facts(credentials) },
  scenario: 'HH-K8S-002',
});
const account = { subject: 'system:serviceaccount:ci:deployer', issuer: 'https://kubernetes.default.svc' };

export const SIGN_IN_CASES: readonly CauseCase[] = [
  {
    name: 'a refusal behind a gateway that shows strangers a page of its own',
    error: unauthorized,
    known: { probe: failedAt('api', errorAt('not-kubernetes')) },
    scenario: 'HH-K8S-002',
    says: /refuses the sign-in/,
    advice: /Sign in again/,
  },
  {
    name: 'a refusal that a slow server follows: nothing is sent before somebody signs in',
    error: unauthorized,
    known: { probe: failedAt('api', errorAt('timeout')) },
    scenario: 'HH-K8S-002',
    says: /refuses the sign-in/,
    advice: /Sign in again/,
    not: /in time/,
  },
  {
    name: 'an expired token',
    ...signIn({ ends: [token(NOW - DAY, NOW - 2 * HOUR)] }),
    says: /token expired 2 h ago.*iss https:\/\/sso\.example sub jane/,
    advice: /fresh token/,
  },
  {
    name: 'a token that is not valid yet',
    ...signIn({ ends: [token(NOW + HOUR, NOW + DAY)] }),
    says: /not valid before 2026-11-28 13:00 UTC/,
    advice: /clock/,
  },
  {
    name: 'a clock that is behind: the token is over at the server',
    ...signIn({ ends: [token(NOW - DAY, NOW + MINUTE)] }, { clockSkewMs: 5 * MINUTE }),
    says: /clock of this computer is 5 min behind/,
    advice: /Set the clock/,
  },
  {
    name: 'clocks that differ, with a token that both take for valid',
    ...signIn({ ends: [token(NOW - DAY, NOW + DAY)] }, { clockSkewMs: 5 * MINUTE }),
    says: /does not accept|does not work/,
    advice: /fresh token/,
    not: /clock/,
  },
  {
    name: 'a token of a ServiceAccount that is gone',
    ...signIn({ ends: [token(NOW - DAY, NOW + DAY)], token: { ...account, audiences: [account.issuer] } }),
    says: /ServiceAccount ci\/deployer is not accepted any more.*was deleted/,
    advice: /kubectl -n ci create token deployer/,
  },
  {
    name: 'a token for another audience',
    ...signIn({ token: { ...account, audiences: ['vault'] } }),
    says: /another audience.*vault/,
    advice: /without --audience/,
  },
  {
    name: 'an expired client certificate',
    ...signIn({
      method: 'client certificate',
      ends: [{ what: 'client certificate', of: 'CN=admin', notAfter: NOW - DAY }],
    }),
    says: /client certificate expired 24 h ago.*CN=admin/,
    advice: /kubeadm certs renew admin\.conf/,
  },
  {
    name: 'an expired authority of the kubeconfig does not make a 401',
    ...signIn({ ends: [{ what: 'authority', of: 'CN=lab-ca', notAfter: NOW - DAY }] }),
    says: /does not accept/,
    advice: /fresh token/,
    not: /expired/,
  },
  {
    name: 'no credentials',
    ...signIn({ method: 'none' }),
    says: /saw no credentials/,
    advice: /Add a token/,
  },
  {
    name: 'a refusal of everything',
    error: errorAt('forbidden', { user: 'jane' }, { status: 403 }),
    known: { probe: { ...failedAt('auth', unauthorized), who: { user: 'jane', groups: ['dev'] } } },
    scenario: 'HH-K8S-033',
    says: /user jane may not list any kind/,
    advice: /ClusterRole view/,
    not: /sign-in fails/,
  },
  {
    name: 'a missing command with an install hint',
    error: errorAt('credentials-failed', {
      command: 'aws',
      why: 'not-found',
      path: '/usr/bin:/bin',
      installHint: 'Install the AWS CLI.',
    }),
    known: { probe: failedAt('auth', errorAt('credentials-failed', { command: 'aws' })) },
    scenario: 'conn/exec-plugin-failed',
    says: /command aws does not exist.*sign-in fails/,
    advice: /Install aws, or write its full path into the kubeconfig\. Install the AWS CLI\./,
  },
  {
    name: 'a failing command on a computer without a network',
    error: errorAt('credentials-failed', { command: 'aws', why: 'exit' }),
    known: { probe: failedAt('dns', errorAt('unreachable', { errno: 'ENOTFOUND' })) },
    scenario: 'conn/exec-plugin-failed',
    says: /command aws fails.*Besides, DNS fails: Says dns/,
    advice: /Run the credential command/,
  },
];
