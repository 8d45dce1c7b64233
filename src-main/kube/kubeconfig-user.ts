/** Checks a user entry of a kubeconfig by kubectl's rules. */
import { sep } from 'node:path';
import { z } from 'zod';
import type { ExecEntry, UserEntry } from './contract.ts';
import { isHeaderSafe } from './header-safe.ts';
import {
  complainAbout,
  dataFault,
  flag,
  parseWith,
  resolvePath,
  set,
  strings,
  text,
} from './kubeconfig-fields.ts';
import type { Checked } from './kubeconfig-fields.ts';
import type { RawEntry } from './kubeconfig-parse.ts';

const execSchema = z.object({
  apiVersion: z.enum(['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']),
  command: z.string().min(1),
  args: strings,
  env: z.array(z.object({ name: z.string().min(1), value: text })).nullish(),
  installHint: text,
  provideClusterInfo: flag,
  interactiveMode: z.enum(['Never', 'IfAvailable', 'Always']).nullish(),
});

const userSchema = z.object({
  token: text,
  tokenFile: text,
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  username: text,
  password: text,
  as: text,
  'as-uid': text,
  'as-groups': strings,
  'as-user-extra': z.record(z.string(), z.array(z.string())).nullish(),
  exec: execSchema.nullish(),
  'auth-provider': z
    .object({ name: z.string(), config: z.record(z.string(), z.string()).nullish() })
    .nullish(),
});

type UserFields = z.infer<typeof userSchema>;

function execEntry(file: string, fields: z.infer<typeof execSchema>): ExecEntry {
  return {
    apiVersion: fields.apiVersion,
    // A bare name is looked up in PATH; one with a separator is a path.
    command: fields.command.includes(sep) ? (resolvePath(file, fields.command) ?? '') : fields.command,
    args: fields.args ?? [],
    env: (fields.env ?? []).map(({ name, value }) => ({ name, value: value ?? '' })),
    installHint: set(fields.installHint),
    provideClusterInfo: fields.provideClusterInfo === true,
    interactiveMode: fields.interactiveMode ?? 'IfAvailable',
  };
}

/** What is wrong with a user as a whole: the key at fault, the fault, and what helps if not a correction. */
type Fault = readonly [path: readonly string[], says: string, hint?: string];

const HEADER_KEYS = ['token', 'as', 'as-uid'] as const;
const DATA_KEYS = ['client-certificate-data', 'client-key-data'] as const;

const isSet = (...values: (string | null | undefined)[]): boolean =>
  values.some((value) => set(value) !== undefined);

function textFault(fields: UserFields): Fault | undefined {
  for (const key of DATA_KEYS) {
    const fault = dataFault(set(fields[key]));
    if (fault !== undefined) return [[key], `${key} ${fault}`];
  }
  for (const key of HEADER_KEYS) {
    if (!isHeaderSafe(fields[key] ?? '')) return [[key], `${key} holds characters that no header can`];
  }
  const extra = Object.entries(fields['as-user-extra'] ?? {}).flatMap(([key, values]) => [key, ...values]);
  if ([...(fields['as-groups'] ?? []), ...extra].every(isHeaderSafe)) return undefined;
  return [['as-groups'], 'as-groups or as-user-extra holds characters that no header can'];
}

function methodFault(fields: UserFields): Fault | undefined {
  const provider = fields['auth-provider'];
  if (provider && provider.name !== 'oidc') {
    return [
      ['auth-provider', 'name'],
      `auth-provider ${provider.name} was removed from Kubernetes clients in 1.26`,
      'Use the credential command (exec) of your provider instead: gke-gcloud-auth-plugin or kubelogin.',
    ];
  }
  if (provider && fields.exec) return [['exec'], 'exec and auth-provider are both set; only one is allowed'];
  if (isSet(fields.username, fields.password) && isSet(fields.token, fields.tokenFile)) {
    return [['username'], 'token and username are both set; only one is allowed'];
  }
  const hasCertificate = isSet(fields['client-certificate'], fields['client-certificate-data']);
  const hasKey = isSet(fields['client-key'], fields['client-key-data']);
  if (hasCertificate && !hasKey)
    return [['client-certificate'], 'client-certificate is set without client-key'];
  if (hasKey && !hasCertificate) return [['client-key'], 'client-key is set without client-certificate'];
  const more = (fields['as-groups'] ?? []).length + Object.keys(fields['as-user-extra'] ?? {}).length;
  if (!isSet(fields.as) && (more > 0 || isSet(fields['as-uid']))) {
    return [['as-groups'], 'it impersonates groups, a uid or extra fields without a user (as)'];
  }
  return undefined;
}

/** As in client-go, data wins over a file. */
function dataOrFile(
  file: string,
  data: string | null | undefined,
  path: string | null | undefined,
): readonly [data: string | undefined, path: string | undefined] {
  return isSet(data) ? [set(data), undefined] : [undefined, resolvePath(file, path)];
}

function impersonation(fields: UserFields): Pick<UserEntry, 'impersonate'> {
  const user = set(fields.as);
  if (user === undefined) return {};
  const extra = Object.entries(fields['as-user-extra'] ?? {});
  return { impersonate: { user, uid: set(fields['as-uid']), groups: fields['as-groups'] ?? [], extra } };
}

/** A user entry by the rules of client-go's validation. */
export function checkUser(entry: RawEntry): Checked<UserEntry> {
  const parsed = parseWith(userSchema, entry);
  if ('problem' in parsed) return parsed;
  const fields = parsed.value;
  const fault = textFault(fields) ?? methodFault(fields);
  if (fault !== undefined) return complainAbout(entry)(...fault);
  const [certData, certFile] = dataOrFile(
    entry.file,
    fields['client-certificate-data'],
    fields['client-certificate'],
  );
  const [keyData, keyFile] = dataOrFile(entry.file, fields['client-key-data'], fields['client-key']);
  const provider = fields['auth-provider'];
  return {
    value: {
      name: entry.name,
      token: set(fields.token),
      tokenFile: resolvePath(entry.file, fields.tokenFile),
      certData,
      certFile,
      keyData,
      keyFile,
      username: set(fields.username),
      password: set(fields.password),
      exec: fields.exec ? execEntry(entry.file, fields.exec) : undefined,
      oidc: provider ? (provider.config ?? {}) : undefined,
      ...impersonation(fields),
    },
  };
}
