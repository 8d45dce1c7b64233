/** The evidence of a connection finding: the layer that failed, the facts of the error, every layer, and what is known. */
import { PROBE_LAYERS } from '../model/connection.ts';
import type { ProbeReport, ProbeStep } from '../model/connection.ts';
import type { Evidence } from '../model/finding.ts';
import { clean, enumerate, formatDuration } from '../scenarios/words.ts';
import type { Case } from './case.ts';
import { describeCertificate, formatInstant } from './words.ts';

type Proof = Omit<Evidence, 'ref'>;

/** What each fact of an error proves, in the order in which it is shown. */
const FACTS: readonly (readonly [key: string, path: string, why: string])[] = [
  ['file', 'kubeconfig', 'The file that was read.'],
  ['line', 'kubeconfig.line', 'Where the file stops making sense.'],
  ['entry', 'kubeconfig.entry', 'The entry of the file that is at fault.'],
  ['context', 'context', 'The context that was asked for.'],
  ['contexts', 'contexts', 'The contexts the file holds.'],
  ['cluster', 'context.cluster', 'The cluster the context names.'],
  ['server', 'cluster.server', 'The address that was contacted.'],
  ['proxy', 'cluster.proxy-url', 'The proxy on the way.'],
  ['user', 'context.user', 'Who signed in, or tried to.'],
  ['command', 'user.exec.command', 'The command that should yield the credentials.'],
  ['resolved', 'user.exec.binary', 'The binary that was run.'],
  ['exit', 'user.exec.exit', 'How that command ended.'],
  ['path', 'user.exec.PATH', 'Where the command was looked for.'],
  ['stderr', 'user.exec.stderr', 'What that command said.'],
  ['errno', 'errno', 'The error code of the connection.'],
  ['status', 'response.status', 'The HTTP status of the answer.'],
  ['verb', 'request.verb', 'The verb that was refused.'],
  ['resource', 'request.resource', 'The resource that was refused.'],
  ['reason', 'response.message', 'What the server said.'],
  ['redirect', 'response.location', 'Where the answer leads.'],
  ['body', 'response.body', 'How the answer begins; an API server answers with JSON.'],
  ['headers', 'response.headers', 'The headers of the answer, values that may be secret left out.'],
];

const LAYER_WHY: Readonly<Record<ProbeStep['layer'], string>> = {
  dns: 'The name of the server becomes addresses.',
  tcp: 'An address accepts the connection.',
  proxy: 'The proxy connects to the server.',
  tls: 'The server proves who it is.',
  api: 'An API server answers without a sign-in.',
  auth: 'The server accepts the credentials.',
  discovery: 'The server tells what it serves.',
};

function stepText({ state, ms, says }: ProbeStep): string {
  if (state === 'not tried') return 'not tried';
  const time = ms === undefined ? '' : ` ${state === 'failed' ? 'after' : 'in'} ${ms} ms`;
  return `${state}${time}: ${clean(says, 300)}`;
}

function probeProofs(probe: ProbeReport): Proof[] {
  const { steps, addresses, proxy, chain, authorities, clockSkewMs, version, who, alternatives } = probe;
  const all: (Proof | false)[] = [
    ...PROBE_LAYERS.flatMap((layer) => {
      const step = steps.find((each) => each.layer === layer);
      return step === undefined
        ? []
        : [{ path: `probe.${layer}`, observed: stepText(step), why: LAYER_WHY[layer] }];
    }),
    addresses.length > 0 && {
      path: 'probe.addresses',
      observed: enumerate(addresses, 8),
      why: 'The addresses that were tried.',
    },
    proxy !== undefined && {
      path: 'probe.proxy',
      observed: `${proxy.url}, from the ${proxy.from}`,
      why: 'The proxy that was used.',
    },
    ...chain.map((certificate, index) => ({
      path: `probe.chain[${index}]`,
      observed: describeCertificate(certificate),
      why: index === 0 ? 'The certificate the server shows.' : 'What stands behind it.',
    })),
    ...authorities.slice(0, 3).map((certificate, index) => ({
      path: `probe.authorities[${index}]`,
      observed: describeCertificate(certificate),
      why: 'The authority the kubeconfig trusts.',
    })),
    clockSkewMs !== undefined && {
      path: 'probe.clockSkew',
      observed: skewText(clockSkewMs),
      why: 'The Date header of the answer against the clock of this computer.',
    },
    version !== undefined && { path: 'probe.version', observed: version, why: 'What runs there.' },
    who !== undefined && {
      path: 'probe.who',
      observed: `${clean(who.user, 200)}${
        who.groups.length === 0
          ? ''
          : `, of groups ${enumerate(
              who.groups.map((group) => clean(group, 80)),
              6,
            )}`
      }`,
      why: 'Whom the server takes us for.',
    },
    ...alternatives.map(({ server, says }) => ({
      path: 'probe.alternatives',
      observed: `${server}: ${clean(says, 200)}`,
      why: 'Asked without credentials, and not used.',
    })),
  ];
  return all.filter((each) => each !== false);
}

function skewText(skew: number): string {
  if (Math.abs(skew) < 2000) return 'none';
  return `the server is ${formatDuration(Math.abs(skew))} ${skew > 0 ? 'ahead' : 'behind'}`;
}

function credentialProofs({ facts }: Case): Proof[] {
  if (facts === undefined) return [];
  const { method, ends, token, command } = facts;
  const all: (Proof | false)[] = [
    { path: 'credentials.method', observed: clean(method, 60), why: 'How this context signs in.' },
    token !== undefined && {
      path: 'credentials.token',
      observed: [
        `issuer ${clean(token.issuer, 120) || 'none'}`,
        `subject ${clean(token.subject, 120) || 'none'}`,
        ...(token.audiences.length === 0
          ? []
          : [
              `audience ${enumerate(
                token.audiences.map((each) => clean(each, 80)),
                4,
              )}`,
            ]),
      ].join(', '),
      why: 'What the token says of itself; the token is not shown.',
    },
    ...ends.map(({ what, notAfter, notBefore, of }) => ({
      path: 'credentials.ends',
      observed: `${what} (${clean(of, 160)})${notBefore === undefined ? '' : ` from ${formatInstant(notBefore)}`} to ${formatInstant(notAfter)}`,
      why: 'How long it is valid.',
    })),
    command !== undefined && {
      path: 'credentials.command',
      observed: `${clean(command.command, 200)}${command.path === undefined ? ', not found' : ` is ${clean(command.path, 300)}`}`,
      why: 'The credential command.',
    },
  ];
  return all.filter((each) => each !== false);
}

/** All that is known of a failure, the decisive first. At least one. */
export function evidenceOf(one: Case): Proof[] {
  const { error, details, probe, reachable = [] } = one;
  const status = error.status === undefined ? {} : { status: String(error.status) };
  const known = { ...details, ...status };
  const proofs: Proof[] = [
    ...(probe?.failed === undefined
      ? []
      : [{ path: 'probe.failed', observed: probe.failed, why: 'The layer of the connection that fails.' }]),
    ...FACTS.flatMap(([key, path, why]) => {
      const observed = clean((known as Readonly<Record<string, string>>)[key], 600);
      return observed === '' ? [] : [{ path, observed, why }];
    }),
    ...(probe === undefined ? [] : probeProofs(probe)),
    ...credentialProofs(one),
    ...(reachable.length === 0
      ? []
      : [
          {
            path: 'fabrics.reachable',
            observed: enumerate(
              reachable.map((each) => clean(each, 80)),
              5,
            ),
            why: 'These answer now, so the network of this computer is fine.',
          },
        ]),
  ];
  const told = proofs.filter(({ observed }) => observed !== '');
  if (told.length > 0) return told;
  const observed = clean(error.message, 600) || error.code;
  return [{ path: 'error', observed, why: 'What ended the attempt.' }];
}
