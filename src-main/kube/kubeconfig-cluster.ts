/** Checks a cluster entry of a kubeconfig by kubectl's rules. */
import { z } from 'zod';
import type { ClusterEntry } from './contract.ts';
import { complainAbout, dataFault, flag, parseWith, resolvePath, set, text } from './kubeconfig-fields.ts';
import type { Checked } from './kubeconfig-fields.ts';
import type { RawEntry } from './kubeconfig-parse.ts';

const clusterSchema = z.object({
  server: z.string().min(1),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': flag,
  'tls-server-name': text,
  'proxy-url': text,
  'disable-compression': flag,
  extensions: z.array(z.object({ name: text, extension: z.unknown() })).nullish(),
});

/** A cluster entry by the rules of client-go's validation. */
export function checkCluster(entry: RawEntry): Checked<ClusterEntry> {
  const complain = complainAbout(entry);
  const parsed = parseWith(clusterSchema, entry);
  if ('problem' in parsed) return parsed;
  const fields = parsed.value;
  const url = URL.canParse(fields.server) ? new URL(fields.server) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.hostname === '') {
    return complain(
      ['server'],
      'server is no https:// or http:// address',
      'Write the server as https://host:port.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    return complain(['server'], 'server holds a user name or password', 'Move them to the user entry.');
  }
  const caData = set(fields['certificate-authority-data']);
  const caFile = resolvePath(entry.file, fields['certificate-authority']);
  const insecure = fields['insecure-skip-tls-verify'] === true;
  const fault = dataFault(caData);
  if (fault !== undefined)
    return complain(['certificate-authority-data'], `certificate-authority-data ${fault}`);
  if (insecure && (caData ?? caFile) !== undefined) {
    return complain(
      ['insecure-skip-tls-verify'],
      'it names a certificate authority and turns certificate checks off',
      'Remove insecure-skip-tls-verify, or the authority.',
    );
  }
  const proxyUrl = set(fields['proxy-url']);
  if (
    proxyUrl !== undefined &&
    !(URL.canParse(proxyUrl) && /^(https?|socks5):$/.test(new URL(proxyUrl).protocol))
  ) {
    return complain(['proxy-url'], 'proxy-url is no http://, https:// or socks5:// address');
  }
  const extension = fields.extensions?.find((each) => each.name === 'client.authentication.k8s.io/exec');
  return {
    value: {
      name: entry.name,
      server: `${url.origin}${url.pathname}`.replace(/\/+$/, ''),
      // As in client-go, data wins over a file.
      caFile: caData === undefined ? caFile : undefined,
      caData,
      insecure,
      serverName: set(fields['tls-server-name']),
      proxyUrl,
      disableCompression: fields['disable-compression'] === true,
      execConfig: extension?.extension,
    },
  };
}
