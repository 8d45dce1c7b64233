/** The fields of the dialog as they are typed, and the draft that they make. */
import type { AppError } from '../../../shared/errors.ts';
import {
  NO_SETTINGS,
  type DraftField,
  type FabricDetails,
  type FabricDraft,
  type FabricSettings,
  type ManualFabric,
} from '../../../shared/model/fabric-settings.ts';

export type ProxyMode = 'kubeconfig' | 'direct' | 'own';
export type CredentialsFrom = 'token' | 'kubeconfig';

/** All fields; those that a kind of fabric does not have are left empty. */
export interface Form
  extends Omit<FabricSettings, 'port' | 'proxy' | 'watchKinds'>, Omit<ManualFabric, 'ca' | 'namespace'> {
  credentials: CredentialsFrom;
  token: string;
  /** Digits, or empty. */
  port: string;
  proxyMode: ProxyMode;
  proxy: string;
  watchKinds: readonly string[];
}

const NOBODY: ManualFabric = { name: '', server: '', ca: '', namespace: '', kubeconfig: '', context: '' };

/** The form of a fabric, or an empty one. The token is never known here. */
export function formOf(details: FabricDetails | undefined): Form {
  const { settings = NO_SETTINGS, manual = NOBODY } = details ?? {};
  const refers = manual.kubeconfig !== '';
  const { proxy } = settings;
  return {
    ...manual,
    ...settings,
    // A fabric with a token has these two in its own fields.
    ca: details?.manual && !refers ? manual.ca : settings.ca,
    namespace: details?.manual ? manual.namespace : settings.namespace,
    credentials: refers ? 'kubeconfig' : 'token',
    token: '',
    port: settings.port === 0 ? '' : String(settings.port),
    proxyMode: proxy === '' ? 'kubeconfig' : proxy === 'direct' ? 'direct' : 'own',
    proxy: proxy === 'direct' ? '' : proxy,
  };
}

function settingsOf(form: Form, byHand: boolean): FabricSettings {
  const { colour, environment, readOnly, tlsServerName, execPath, watchKinds, timeoutMs } = form;
  const refers = form.credentials === 'kubeconfig';
  return {
    colour,
    environment,
    readOnly,
    tlsServerName,
    watchKinds,
    timeoutMs,
    namespace: byHand ? '' : form.namespace,
    port: byHand && !refers ? 0 : Number(form.port.trim()),
    ca: byHand && !refers ? '' : form.ca,
    execPath: byHand && !refers ? '' : execPath,
    proxy: form.proxyMode === 'direct' ? 'direct' : form.proxyMode === 'own' ? form.proxy : '',
  };
}

function manualOf(form: Form): ManualFabric {
  const { name, namespace, server, ca, kubeconfig, context } = form;
  return form.credentials === 'kubeconfig'
    ? { name, namespace, server: '', ca: '', kubeconfig, context }
    : { name, namespace, server, ca, kubeconfig: '', context: '' };
}

/** What is sent to be saved or tested. `id` is that of the fabric that is changed. */
export function draftOf(
  form: Form,
  id: string | null,
  byHand: boolean,
): FabricDraft & { settings: FabricSettings } {
  return {
    ...(id !== null && { id }),
    settings: settingsOf(form, byHand),
    ...(byHand && { manual: manualOf(form) }),
    ...(byHand && form.credentials === 'token' && form.token !== '' && { token: form.token }),
  };
}

export type FieldErrors = Partial<Record<DraftField, string>>;

/** The sentences beside the fields, where a failure names fields; else undefined. */
export function fieldErrors(error: AppError): FieldErrors | undefined {
  if (error.code !== 'invalid' || error.details === undefined) return undefined;
  const known = new Set([...Object.keys(NO_SETTINGS), ...Object.keys(NOBODY), 'token']);
  const found = Object.entries(error.details).filter(([field]) => known.has(field));
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** What the main process cannot be asked about, since it would not fit the type of its field. */
export function typingErrors(form: Form): FieldErrors | undefined {
  const port = Number(form.port.trim());
  const errors: FieldErrors = {
    ...(form.proxyMode === 'own' &&
      form.proxy.trim() === '' && { proxy: 'Write the proxy as http://host:port.' }),
    ...((!Number.isInteger(port) || port < 0 || port > 65_535) && {
      port: 'A port is a number from 1 to 65535.',
    }),
  };
  return Object.keys(errors).length > 0 ? errors : undefined;
}
