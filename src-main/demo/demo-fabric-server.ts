/** One demo fabric behind its own port: its world, who may use it, its faults, and its reset. */
import type { DemoFault } from '../../shared/model/demo.ts';
import type { ServingCertificate } from './certificate.ts';
import { makeWorld, type DemoWorld } from './demo-world.ts';
import type { DemoFabric } from './fabrics/fabric.ts';
import { FAULTS } from './fabrics/faults.ts';
import { createApiServer, type ApiServer } from './http/server.ts';
import type { DemoContext } from './kubeconfig.ts';
import type { Caller } from './model.ts';
import { openApiDocument, openApiPaths, openApiV2 } from './schema/openapi.ts';
import { createTokens, makeToken } from './tokens.ts';

/** A demo fabric, or another world that is to be served. */
export type ServedFabric = Omit<DemoFabric, 'name' | 'callers'> & {
  readonly name: string;
  readonly callers: readonly { readonly id: string; readonly caller: Caller }[];
};

export interface FabricServerOptions {
  readonly certificate: ServingCertificate;
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
  /** Tokens by owner: the same after a reset, so that a kubeconfig stays good. */
  readonly #tokens: ReadonlyMap<string, string>;
  #refusing = false;
  #world: DemoWorld;
  #server: ApiServer;
  #port = 0;
  #resetting: Promise<void> | undefined;

  constructor(row: ServedFabric, options: FabricServerOptions) {
    this.#row = row;
    this.#options = options;
    this.#tokens = new Map(row.callers.map(({ id }) => [id, makeToken()]));
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
      token: this.#tokens.get(owner) ?? '',
    });
    return [
      context(defaultCaller, name),
      ...(defaultCaller === 'admin' ? [] : [context('admin', `${name}-admin`)]),
    ];
  }

  /** The token of an owner, e.g. `admin`. */
  tokenOf(owner: string): string | undefined {
    return this.#tokens.get(owner);
  }

  /** Serves on `port` of 127.0.0.1, 0 for any. Rejects with an Error in a sentence if the port is taken. */
  async listen(port: number): Promise<void> {
    this.#port = await this.#server.listen(port);
    this.#world.clock.goLive();
  }

  faults(): readonly DemoFault[] {
    return this.#faults().map(({ id, title, description, acts, isPlanted }) => ({
      id,
      title,
      description,
      active: acts === 'on connections' ? this.#refusing : isPlanted(this.#world.registry),
    }));
  }

  /** Plants a fault or takes it back. Throws an Error with a sentence for an unknown one. */
  setFault(id: string, active: boolean): void {
    const fault = this.#faults().find((each) => each.id === id);
    if (fault === undefined) throw new Error(`There is no fault ${id} for ${this.name}.`);
    if (active) fault.inject(this.#world.registry);
    else fault.heal(this.#world.registry);
    if (fault.acts !== 'on connections') return;
    this.#refusing = active;
    this.#server.refuse(active);
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
    this.#refusing = false;
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
    const callers = new Map<string, Caller>(
      this.#row.callers.map(({ id, caller }) => [this.#tokens.get(id) ?? '', caller]),
    );
    const tokens = createTokens(registry, callers);
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
