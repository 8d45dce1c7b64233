// The calls about the configuration of fabrics: stored in memory, with the answers of a main process that checks fields.
import type { AppError, Result } from '../../../shared/errors.ts';
import type { Bridge, CallIn, CallName, CallOut } from '../../../shared/ipc.ts';
import type { ProbeReport } from '../../../shared/model/connection.ts';
import {
  NO_SETTINGS,
  type FabricDetails,
  type FabricSettings,
} from '../../../shared/model/fabric-settings.ts';
import { closed, summary } from './fabric-data.ts';
import type { HarnessControl } from './fake-bridge.ts';

type Answers = { [N in CallName]?: (input: CallIn<N>) => CallOut<N> | AppError | Promise<CallOut<N>> };

const invalid = (details: Record<string, string>): AppError => ({
  code: 'invalid',
  message: `${String(Object.keys(details).length)} fields need correction.`,
  retryable: false,
  details,
});

const isError = (answer: unknown): answer is AppError =>
  typeof answer === 'object' && answer !== null && 'retryable' in answer && 'code' in answer;

function probeOf(server: string): ProbeReport {
  const base = {
    at: Date.now(),
    server,
    addresses: ['10.9.0.4'],
    chain: [],
    authorities: [],
    alternatives: [],
    timeoutMs: 15_000,
  };
  if (!server.includes('broken'))
    return {
      ...base,
      version: 'v1.35.4',
      who: { user: 'system:serviceaccount:fab:hedgerow', groups: [] },
      steps: [
        { layer: 'dns', state: 'skipped', says: 'The server is an address' },
        { layer: 'tcp', state: 'ok', ms: 4, says: 'Port 6443 accepts' },
        { layer: 'tls', state: 'ok', ms: 11, says: 'Certificate verified' },
        { layer: 'api', state: 'ok', ms: 5, says: 'Kubernetes v1.35.4 answers' },
        { layer: 'auth', state: 'ok', ms: 9, says: 'Signed in' },
        { layer: 'discovery', state: 'ok', ms: 14, says: '31 API groups' },
      ],
    };
  return {
    ...base,
    failed: 'tls',
    error: {
      code: 'tls-untrusted',
      message: `The certificate of ${server} is signed by CN=corp-proxy, which is not trusted.`,
      hint: 'Give the certificate authority of the cluster, after you have compared its fingerprint.',
      retryable: true,
    },
    steps: [
      { layer: 'dns', state: 'ok', ms: 12, says: 'broken.example is 10.9.0.4' },
      { layer: 'tcp', state: 'ok', ms: 4, says: 'Port 6443 accepts' },
      {
        layer: 'tls',
        state: 'failed',
        ms: 31,
        says: 'Certificate signed by an authority that is not trusted: CN=corp-proxy',
      },
      { layer: 'api', state: 'not tried', says: 'The layer before failed' },
      { layer: 'auth', state: 'not tried', says: 'The layer before failed' },
      { layer: 'discovery', state: 'not tried', says: 'The layer before failed' },
    ],
  };
}

/** Adds the calls to a bridge; `keychain` false stands for a computer without one. */
export function withSettings(plain: Bridge, harness: HarnessControl, keychain: boolean): Bridge {
  const settings = new Map<string, FabricSettings>();
  const manual = new Map<string, FabricDetails>();
  const data = () => harness.data.fabrics;
  const detailsOf = (id: string): FabricDetails | AppError => {
    const known = data().find((one) => one.summary.id === id);
    if (!known) return { code: 'context-missing', message: `There is no context ${id}.`, retryable: false };
    const stored = manual.get(id);
    return {
      id,
      origin: known.summary.origin,
      token: 'none',
      keychain,
      runsCommand: known.summary.signIn === 'exec plugin',
      status: { state: 'unknown' },
      ...stored,
      settings: settings.get(id) ?? NO_SETTINGS,
    };
  };
  const answers: Answers = {
    'fabric.details': ({ fabric }) => detailsOf(fabric),
    'fabric.configure': ({ fabric, settings: wanted }) => {
      if (wanted.proxy === 'nonsense') return invalid({ proxy: 'Write the proxy as http://host:port.' });
      settings.set(fabric, wanted);
      harness.setSummary(fabric, { colour: wanted.colour, environment: wanted.environment });
      return detailsOf(fabric);
    },
    'fabric.save': ({ manual: wanted, token, settings: own, id: before }) => {
      const faults = {
        ...(wanted.name === '' && { name: 'Give the fabric a name.' }),
        ...(!wanted.server.startsWith('https://') &&
          wanted.kubeconfig === '' && { server: 'Write the address as https://host:port.' }),
        ...(token === undefined &&
          before === undefined &&
          wanted.kubeconfig === '' && { token: 'Give a token, or take the credentials from a kubeconfig.' }),
      };
      if (Object.keys(faults).length > 0) return invalid(faults);
      const id = `${wanted.name} (by hand)`;
      const at = data().findIndex((one) => one.summary.id === before);
      const made = {
        summary: summary(id, closed(), {
          name: wanted.name,
          server: wanted.server,
          signIn: 'token',
          origin: 'manual',
        }),
      };
      if (at < 0) data().push(made);
      else data().splice(at, 1, made);
      settings.set(id, own ?? NO_SETTINGS);
      manual.set(id, {
        id,
        origin: 'manual',
        manual: wanted,
        token: keychain ? 'keychain' : 'session',
        keychain,
        runsCommand: false,
        status: { state: 'unknown' },
        settings: NO_SETTINGS,
      });
      harness.setSummary(id, { colour: own?.colour ?? 'none' });
      return detailsOf(id);
    },
    'fabric.remove': ({ fabric }) => {
      settings.delete(fabric);
      const at = data().findIndex((one) => one.summary.id === fabric && one.summary.origin === 'manual');
      if (at >= 0) data().splice(at, 1);
      return { sources: harness.data.sources, problems: [], fabrics: data().map((one) => one.summary) };
    },
    'fabric.test': (draft) => probeOf(draft.manual?.server ?? 'https://broken.example:6443'),
    'file.choose': ({ what }) => ({
      path: what === 'kubeconfig' ? '/home/me/lab.yaml' : '/usr/local/bin/kubelogin',
    }),
  };
  return {
    call<N extends CallName>(name: N, input: CallIn<N>): Promise<Result<CallOut<N>>> {
      const answer = answers[name];
      if (!answer) return plain.call(name, input);
      harness.calls.push({ name, input });
      return Promise.resolve(answer(input)).then((value) =>
        isError(value) ? { ok: false, error: value } : { ok: true, value },
      );
    },
    on: (name, listener) => plain.on(name, listener),
  };
}
