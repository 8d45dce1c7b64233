/** Warnings about objects that are taken though they are hardly meant so. */
import { records, record, text } from '../../../../shared/cluster/narrow.ts';
import { dnsLabel } from '../validation/names.ts';
import { isFor, type ObjectRequest } from './request.ts';

const HOSTNAME =
  "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended";

function warningsOfPod({ name, object }: ObjectRequest): string[] {
  const faults = dnsLabel(name).map((fault) =>
    name.includes('.') && !fault.includes('no more than') ? 'must not contain dots' : fault,
  );
  const secrets = records(record(object.spec).imagePullSecrets);
  return [
    ...(faults.length === 0 ? [] : [`${HOSTNAME}: [${faults.join(', ')}]`]),
    ...secrets.flatMap((secret, index) =>
      text(secret.name) === '' ? [`spec.imagePullSecrets[${index}].name: invalid empty name ""`] : [],
    ),
  ];
}

function warningsOfSecret({ object }: ObjectRequest): string[] {
  if (object.type !== 'kubernetes.io/tls') return [];
  const certificate = Buffer.from(text(record(object.data)['tls.crt']), 'base64').toString('latin1');
  return certificate.includes('-----BEGIN ') ? [] : ['tls: failed to find any PEM data in certificate input'];
}

/** Tells the client, where it listens; refuses nothing. */
export function warn(request: ObjectRequest): void {
  const { context, operation } = request;
  if (context.warn === undefined || operation !== 'create') return;
  const warnings = isFor(request, '', 'pods')
    ? warningsOfPod(request)
    : isFor(request, '', 'secrets')
      ? warningsOfSecret(request)
      : [];
  for (const warning of warnings) context.warn(warning);
}
