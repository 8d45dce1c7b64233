// A small API server for tests of the fabric: lists, watches, refusals, logs; nothing but loopback and memory.
import type { ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { KIND_IDS, KINDS } from '../../../shared/kinds/kinds.ts';
import type { KindId, KubeObject } from '../../../shared/model/kube.ts';
import type { KubeContext } from '../../../src-main/kube/contract.ts';
import { sendJson, startServer, statusOf, type Asked, type ScriptedServer } from '../kube/scripted-server.ts';

export interface FakeCluster {
  readonly server: ScriptedServer;
  /** Adds, changes (same kind and name) or, with `null`, removes an object; open watches are told. */
  put(object: KubeObject): void;
  remove(object: KubeObject): void;
  /** Kinds whose list and watch are refused; `all` refuses everything but /version. */
  deny(kinds: readonly KindId[] | 'all'): void;
  /** Answers every request with 401, and cuts all connections. */
  signOut(): void;
  signIn(): void;
  /** uid of namespace kube-system; `denied` refuses to tell. */
  uid: string;
  /** Another cluster takes this one's place: another uid, other objects, versions from the start; all is cut. */
  replace(uid: string, objects: readonly KubeObject[]): void;
  /** Who may do what, asked by access reviews; `all` unless told. */
  allows: (attributes: {
    readonly verb?: string;
    readonly resource?: string;
    readonly subresource?: string;
  }) => boolean;
  /** The log of every container, or a Status code to refuse it with. */
  log: string | { readonly code: number; readonly message: string };
  /** Watches that are open now. */
  readonly watches: number;
}

const USER = 'jane';

interface Place {
  readonly kind: KindId;
  readonly namespace?: string;
}

function pathOf(kind: KindId): string {
  const { group, versions, resource } = KINDS[kind];
  return `${group === '' ? '/api' : `/apis/${group}`}/${versions[0] ?? 'v1'}/${resource}`;
}

/** The kind and the namespace that a request path lists. */
function locate(path: string): Place | undefined {
  const [, namespace] = /\/namespaces\/([^/]+)\//.exec(path) ?? [];
  const plain = path.replace(/\/namespaces\/[^/]+(?=\/)/, '');
  const kind = KIND_IDS.find((each) => pathOf(each) === plain);
  return kind === undefined ? undefined : { kind, ...(namespace !== undefined && { namespace }) };
}

/** Starts an empty cluster that serves all kinds of KINDS, and ends it with the test. */
export async function startFakeCluster(objects: readonly KubeObject[] = []): Promise<FakeCluster> {
  const stored = new Map<string, KubeObject>();
  const open = new Map<ServerResponse, Place>();
  let version = 100;
  let denied: readonly KindId[] | 'all' = [];
  let signedOut = false;
  const keyOf = ({ kind, metadata }: KubeObject) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
  const stamp = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, resourceVersion: String(++version) },
  });
  for (const object of objects) stored.set(keyOf(object), stamp(object));

  const history: { readonly type: string; readonly object: KubeObject }[] = [];
  const isFor = ({ kind, namespace }: Place, object: KubeObject) =>
    kind === object.kind && (namespace === undefined || namespace === object.metadata.namespace);
  const send = (response: ServerResponse, event: object) => response.write(`${JSON.stringify(event)}\n`);
  const tell = (type: string, object: KubeObject) => {
    history.push({ type, object });
    for (const [response, place] of open) if (isFor(place, object)) send(response, { type, object });
  };

  const answerLog = (response: ServerResponse) => {
    if (typeof cluster.log === 'string')
      response.writeHead(200, { 'content-type': 'text/plain' }).end(cluster.log);
    else sendJson(response, statusOf(cluster.log.code, 'BadRequest', cluster.log.message), cluster.log.code);
  };

  const list = (asked: Asked, response: ServerResponse, place: Place) => {
    const { kind, namespace } = place;
    if (asked.query.get('watch') !== null) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      open.set(response, place);
      const from = Number(asked.query.get('resourceVersion'));
      for (const event of history) {
        if (Number(event.object.metadata.resourceVersion) > from && isFor(place, event.object))
          send(response, event);
      }
      response.on('close', () => open.delete(response));
      return;
    }
    const items = [...stored.values()].filter(
      (each) => each.kind === kind && (namespace === undefined || each.metadata.namespace === namespace),
    );
    const apiVersion = items[0]?.apiVersion ?? 'v1';
    sendJson(response, {
      kind: `${kind}List`,
      apiVersion,
      metadata: { resourceVersion: String(version) },
      items,
    });
  };

  const server = await startServer((asked, response) => {
    if (signedOut) return sendJson(response, statusOf(401, 'Unauthorized', 'Unauthorized'), 401);
    if (asked.path === '/api/v1/namespaces/kube-system') {
      if (denied === 'all' || cluster.uid === 'denied')
        return sendJson(response, statusOf(403, 'Forbidden', 'namespaces is forbidden'), 403);
      return sendJson(response, { kind: 'Namespace', metadata: { name: 'kube-system', uid: cluster.uid } });
    }
    if (asked.path.endsWith('/selfsubjectaccessreviews')) {
      const { spec } = JSON.parse(asked.body) as { spec: { resourceAttributes: object } };
      return sendJson(response, { status: { allowed: cluster.allows(spec.resourceAttributes) } }, 201);
    }
    if (asked.path === '/readyz') return void response.end('ok');
    if (asked.path === '/version')
      return sendJson(response, { gitVersion: 'v1.35.4', major: '1', minor: '35' });
    if (asked.path.endsWith('/log')) return answerLog(response);
    const place = locate(asked.path);
    if (place === undefined)
      return sendJson(
        response,
        statusOf(404, 'NotFound', 'the server could not find the requested resource'),
        404,
      );
    if (denied === 'all' || (denied.includes(place.kind) && place.namespace === undefined)) {
      const { resource, group } = KINDS[place.kind];
      const message = `${resource} is forbidden: User "${USER}" cannot list resource "${resource}" in API group "${group}" at the cluster scope`;
      return sendJson(response, statusOf(403, 'Forbidden', message), 403);
    }
    return list(asked, response, place);
  });

  const cluster: FakeCluster = {
    server,
    log: '',
    uid: 'uid-1',
    allows: () => true,
    signIn() {
      signedOut = false;
    },
    replace(uid, objects) {
      cluster.uid = uid;
      stored.clear();
      history.length = 0;
      version = 1;
      for (const object of objects) {
        const next = stamp(object);
        stored.set(keyOf(next), next);
      }
      server.reset();
    },
    put(object) {
      const before = stored.has(keyOf(object));
      const next = stamp(object);
      stored.set(keyOf(next), next);
      tell(before ? 'MODIFIED' : 'ADDED', next);
    },
    remove(object) {
      const before = stored.get(keyOf(object));
      stored.delete(keyOf(object));
      if (before !== undefined) tell('DELETED', stamp(before));
    },
    deny(kinds) {
      denied = kinds;
    },
    signOut() {
      signedOut = true;
      server.reset();
    },
    get watches() {
      return open.size;
    },
  };
  onTestFinished(() => {
    for (const response of open.keys()) response.destroy();
  });
  return cluster;
}

/** The context of a kubeconfig that leads to this server. */
export function contextTo(url: string, id = 'test', namespace?: string): KubeContext {
  const cluster = { name: id, server: url, insecure: false, disableCompression: false };
  const base = {
    id,
    server: url,
    signIn: 'none',
    source: 'test.yaml',
    origin: 'kubeconfig',
    colour: 'none',
    environment: '',
    current: true,
    insecureTls: false,
  } as const;
  const scope = namespace === undefined ? {} : { namespace };
  return {
    ...base,
    ...scope,
    access: { fabric: id, source: 'test.yaml', cluster, user: { name: USER }, ...scope },
  };
}
