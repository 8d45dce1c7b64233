/** One demo fabric behind its own port: its world, who may use it, its faults, and its reset. */
import type { DemoFault } from '../../shared/model/demo.ts';
import { CallerTokens } from './caller-tokens.ts';
import type { ServingCertificate } from './certificate.ts';
import { makeWorld, type DemoWorld } from './demo-world.ts';
import type { DemoFabric } from './fabrics/fabric.ts';
import { isConnectionFault, type ConnectionFaultId } from './fabrics/connection-faults.ts';
import { FAULTS } from './fabrics/faults.ts';
import { createApiServer, type ApiServer } from './http/server.ts';
import type { DemoContext } from './kubeconfig.ts';
import type { Caller } from './model.ts';
import { openApiDocument, openApiPaths, openApiV2 } from './schema/openapi.ts';
import { createTokens } from './tokens.ts';

/** A demo fabric, or another world that is to be served. */
export type ServedFabric = Omit<DemoFabric, 'name' | 'callers'> & {
  readonly name: string;
  readonly callers: readonly { readonly id: string; readonly caller: Caller }[];
};

export interface FabricServerOptions {
  readonly certificate: ServingCertificate;
  /** One of another authority, for the fault that swaps them. */
  readonly foreign?: ServingCertificate | undefined;
  readonly pods?: number | undefined;
  readonly now: () => number;
  /** Told of what should not happen. */
  readonly report: (sentence: string) => void;
}

const VERSION = {
  major: '1',
  minor: '35',
  emulationMajor: '1',
  emulationMinor: '35',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '34',
  gitVersion: 'v1.35.4',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const describe = (error: unknown) =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

export class FabricServer {
  readonly #row: ServedFabric;
  readonly #options: FabricServerOptions;
  /** The same after a reset, so that a kubeconfig stays good. */
  readonly #tokens: CallerTokens;
  /** Faults of the connection that are in place. */
  readonly #active = new Set<ConnectionFaultId>();
  #world: DemoWorld;
  #server: ApiServer;
  #port = 0;
  #resetting: Promise<void> | undefined;

  constructor(row: ServedFabric, options: FabricServerOptions) {
    this.#row = row;
    this.#options = options;
    this.#tokens = new CallerTokens(row.callers, options.now);
    this.#world = this.#makeWorld();
    this.#server = this.#makeServer();
  }

  get name(): string {
    return this.#row.name;
  }

  get description(): string {
    return this.#row.description;
  }

  get server(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  /** The world behind the port, for tests and benches. */
  get world(): DemoWorld {
    return this.#world;
  }

  /** The default owner's way in bears the fabric's name, the administrator's the name with `-admin`. */
  get contexts(): readonly DemoContext[] {
    const { defaultCaller, name } = this.#row;
    const context = (owner: string, id: string): DemoContext => ({
      context: id,
      fabric: name,
      server: this.server,
      token: this.#tokens.tokenOf(owner) ?? '',
    });
    return [
      context(defaultCaller, name),
      ...(defaultCaller === 'admin' ? [] : [context('admin', `${name}-admin`)]),
    ];
  }

  /** The token of an owner, e.g. `admin`. */
  tokenOf(owner: string): string | undefined {
    return this.#tokens.tokenOf(owner);
  }

  /** Serves on `port` of 127.0.0.1, 0 for any. Rejects with an Error in a sentence if the port is taken. */
  async listen(port: number): Promise<void> {
    this.#port = await this.#server.listen(port);
    this.#world.clock.goLive();
    const atFirst = this.#row.atFirst ?? [];
    for (const id of new Set([...this.#active, ...atFirst])) this.#disturb(id, atFirst.includes(id));
  }

  faults(): readonly DemoFault[] {
    return this.#faults().map(({ id, title, description, isPlanted }) => ({
      id,
      title,
      description,
      active: isConnectionFault(id) ? this.#active.has(id) : isPlanted(this.#world.registry),
    }));
  }

  /** Plants a fault or takes it back. Throws an Error with a sentence for an unknown one. */
  setFault(id: string, active: boolean): void {
    const fault = this.#faults().find((each) => each.id === id);
    if (fault === undefined) throw new Error(`There is no fault ${id} for ${this.name}.`);
    if (isConnectionFault(id)) this.#disturb(id, active);
    else if (active) fault.inject(this.#world.registry);
    else fault.heal(this.#world.registry);
  }

  /** Puts a fault of the connection in place, or ends it; nothing where it is so already. */
  #disturb(id: ConnectionFaultId, active: boolean): void {
    if (this.#active.has(id) === active) return;
    if (active) this.#active.add(id);
    else this.#active.delete(id);
    const { certificate, foreign = certificate } = this.#options;
    const { disturbance } = this.#server;
    if (id === 'drop-connection') this.#server.refuse(active);
    else if (id === 'swap-certificate') this.#server.present(active ? foreign : certificate);
    else if (id === 'expire-token') {
      const { defaultCaller } = this.#row;
      if (active) this.#tokens.expire(defaultCaller);
      else this.#tokens.renew(defaultCaller);
    } else {
      if (id === 'slow-down') disturbance.slow = active;
      else disturbance.throttling = active;
      // A watch that is open would go on as if nothing were.
      if (active) this.#server.dropConnections();
    }
  }

  /** Builds the world anew behind the same port: clients lose their connection and find everything as it was at first. */
  reset(): Promise<void> {
    this.#resetting ??= this.#reset().finally(() => {
      this.#resetting = undefined;
    });
    return this.#resetting;
  }

  async stop(): Promise<void> {
    this.#world.stop();
    await this.#server.close();
  }

  async #reset(): Promise<void> {
    const before = this.#world;
    await this.#server.close();
    before.stop();
    // What was done to the server went with it; a token is what it was.
    for (const id of this.#active) if (id !== 'expire-token') this.#active.delete(id);
    // A client that still knows an old resourceVersion must be told that it has expired.
    this.#world = this.#makeWorld(before.registry.version() + 1000);
    this.#server = this.#makeServer();
    await this.listen(this.#port);
  }

  #faults() {
    return FAULTS.filter(({ fabric }) => fabric === this.name);
  }

  #makeWorld(firstVersion?: number): DemoWorld {
    const { certificate, now, pods, report } = this.#options;
    return makeWorld(this.#row, {
      now: now(),
      pods,
      firstVersion,
      rootCertificate: certificate.authority,
      report: (error) => report(describe(error)),
    });
  }

  #makeServer(): ApiServer {
    const { registry, kubelet } = this.#world;
    const tokens = createTokens(registry, { get: (token) => this.#tokens.callerOf(token) });
    const { certificate, report } = this.#options;
    return createApiServer({
      registry,
      kubelet,
      openapi: {
        paths: () => openApiPaths(registry),
        document: (path) => openApiDocument(registry, path),
        v2: () => openApiV2(registry),
      },
      version: VERSION,
      authenticate: (token) => tokens.authenticate(token),
      issueToken: (spec) => tokens.issue(spec),
      tls: certificate,
      report: (error, request) => report(`${request.method ?? ''} ${request.url ?? ''}: ${describe(error)}`),
    });
  }
}
