/** Reads the body of a request, up to the API server's limit, and decodes it by its media type. */
import type { IncomingMessage } from 'node:http';
import { parseAllDocuments } from 'yaml';
import { badRequest, StatusError, unsupportedMediaType } from '../../status-error.ts';
import { parseGoJson } from '../../go-json.ts';
import { decodeProtobuf } from '../protobuf/decode-message.ts';
import { WireError } from '../protobuf/reader.ts';

/** Bytes. */
const BODY_LIMIT = 3_145_728;

function tooLarge(): StatusError {
  return new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${BODY_LIMIT}`);
}

/** The whole body. Rejects with 413 above the limit; what is left unread then is thrown away. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= BODY_LIMIT) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(tooLarge());
      }
    });
    request.on('end', () => {
      resolve(Buffer.concat(chunks));
    });
    // The client has gone: nobody will read the refusal.
    const left = (): void => {
      reject(badRequest('unexpected EOF'));
    };
    request.on('error', left);
    request.on('close', left);
  });
}

/** The media type without parameters; JSON when none is named. */
export function mediaTypeOf(request: IncomingMessage): string {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  const trimmed = type.trim().toLowerCase();
  return trimmed === '' ? 'application/json' : trimmed;
}

/** How the API server quotes a body that it cannot read: its first bytes, as text where that is safe, else in hexadecimal. */
export function snippet(body: Buffer): string {
  if (body.length === 0) return '<empty>';
  const start = body.subarray(0, 30);
  const text = start.toString('utf8');
  const shown = text.startsWith('{') ? text : start.toString('hex');
  return body.length > 30 ? `${shown} ...` : shown;
}

const GO_TYPES: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  boolean: 'bool',
};

const TYPE_META =
  'Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function shapeComplaint(value: unknown): string | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) {
    const type = Array.isArray(value) ? 'array' : GO_TYPES[typeof value];
    return `json: cannot unmarshal ${type} into ${TYPE_META}`;
  }
  for (const field of ['apiVersion', 'kind'] as const) {
    const found = (value as Readonly<Record<string, unknown>>)[field];
    if (found === undefined || found === null || typeof found === 'string') continue;
    const type = Array.isArray(found) ? 'array' : (GO_TYPES[typeof found] ?? 'object');
    return `json: cannot unmarshal ${type} into Go struct field .${field} of type string`;
  }
  return undefined;
}

/** What Go's parser would say of the mistakes that are made most. */
const YAML_COMPLAINTS: readonly (readonly [RegExp, string])[] = [
  [/nested mappings|implicit (map )?keys?/i, 'mapping values are not allowed in this context'],
  [/flow (map|sequence).*(expected|must end)|expected flow/i, 'line 1: did not find expected node content'],
];

function yamlComplaint(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const line = /at line (\d+)/.exec(message)?.[1] ?? '1';
  const close = /^Flow (sequence|map) .*must .*end with a [\]}]/.exec(message)?.[1];
  if (close !== undefined)
    return `yaml: line ${line}: did not find expected ',' or '${close === 'map' ? '}' : ']'}'`;
  const known = YAML_COMPLAINTS.find(([pattern]) => pattern.test(message))?.[1];
  return `yaml: ${known ?? message.split('\n')[0] ?? ''}`;
}

/** The first document; those behind it are not looked at. */
function readYaml(text: string): unknown {
  const [document] = parseAllDocuments(text, { logLevel: 'error' });
  if (document === undefined || !('toJS' in document)) return null;
  const [fault] = document.errors;
  if (fault !== undefined) throw fault;
  // A billion laughs is refused by the parser's own limit on aliases.
  return document.toJS({ maxAliasCount: 100 });
}

interface Unreadable {
  readonly complaint: string;
}

type Decoded = { readonly value: unknown } | Unreadable;

function unknownFormat(): StatusError {
  return unsupportedMediaType(
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
}

const DECODERS: Readonly<Record<string, (body: Buffer) => Decoded>> = {
  'application/json': (body) => {
    const parsed = parseGoJson(body.toString('utf8'));
    if ('value' in parsed) return parsed;
    return { complaint: `couldn't get version/kind; json parse error: ${parsed.complaint}` };
  },
  'application/yaml': (body) => {
    try {
      return { value: readYaml(body.toString('utf8')) };
    } catch (error) {
      return { complaint: yamlComplaint(error) };
    }
  },
  'application/vnd.kubernetes.protobuf': (body) => {
    try {
      const value = decodeProtobuf(body);
      if (value === undefined) throw unknownFormat();
      return { value };
    } catch (error) {
      if (error instanceof WireError) return { complaint: error.message };
      throw error;
    }
  },
};

/** A body that should be an object with apiVersion and kind. `kind` names what was expected, for the complaint. */
export function decodeBody(type: string, body: Buffer, kind?: string): Readonly<Record<string, unknown>> {
  const decoder = Object.hasOwn(DECODERS, type) ? DECODERS[type] : undefined;
  if (decoder === undefined) throw unknownFormat();
  const decoded = decoder(body);
  const complaint =
    'complaint' in decoded
      ? decoded.complaint
      : shapeComplaint(decoded.value)?.replace(/^/, "couldn't get version/kind; json parse error: ");
  if (complaint !== undefined) {
    const lead = `the object provided is unrecognized (must be of type ${kind}): `;
    throw badRequest(kind === undefined ? complaint : `${lead}${complaint} (${snippet(body)})`);
  }
  return ('value' in decoded && decoded.value !== null ? decoded.value : {}) as Readonly<
    Record<string, unknown>
  >;
}

/** The body of a patch: JSON for three of its types, YAML for server-side apply. */
export function decodePatch(type: string, body: Buffer): unknown {
  const text = body.toString('utf8');
  if (type === 'application/apply-patch+yaml') {
    try {
      return readYaml(text);
    } catch (error) {
      throw badRequest(`error decoding YAML: error converting YAML to JSON: ${yamlComplaint(error)}`);
    }
  }
  const parsed = parseGoJson(text);
  if ('value' in parsed) return parsed.value;
  const strategic = type === 'application/strategic-merge-patch+json';
  throw badRequest(strategic ? parsed.complaint : `error decoding patch: ${parsed.complaint}`);
}
