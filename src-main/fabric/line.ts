/** The line to one cluster while its fabric is open: client, contact, gate, patience, identity and what signs in. */
import { AppFailure, type AppError, type ErrorCode } from '../../shared/errors.ts';
import type { CredentialFacts } from '../../shared/model/connection.ts';
import type { Instant } from '../../shared/model/ref.ts';
import type { createClient } from '../kube/client.ts';
import type { KubeClient, KubeContext } from '../kube/contract.ts';
import { gateClient } from '../kube/gated-client.ts';
import { Connector } from './connector.ts';
import { ContactGate } from './contact-gate.ts';
import { contactServer, type Contact } from './contact.ts';
import { IdentityKeeper } from './identity.ts';
import type { FabricMemory } from './memory.ts';
import { Patience } from './patience.ts';

export interface LineOptions {
  /** As it is now: what does not concern the line may change meanwhile. */
  readonly context: () => KubeContext;
  readonly memory: FabricMemory;
  readonly now: () => Instant;
  readonly connect: typeof createClient;
  readonly onChange: () => void;
  readonly onContact: (contact: Contact) => void;
  /** Contact was lost or not made, or the credentials are refused: told again only where it fails in another way. */
  readonly onTrouble: () => void;
  /** Another cluster answers than before. */
  readonly onMoved: () => void;
}

/** How often the time of a small request is measured, ms. */
const MEASURE_MS = 30_000;
const MEASURE_LIMIT_MS = 10_000;
/** The answer to who is there, while watches wait for it, ms. */
const CONFIRM_MS = 15_000;

/** Failures that put the contact as a whole in doubt. */
const DOUBTFUL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'unreachable',
  'timeout',
  'tls-untrusted',
  'not-kubernetes',
  'server-error',
]);

export class Line {
  readonly #options: LineOptions;
  readonly #raw: KubeClient | undefined;
  readonly #abort = new AbortController();
  readonly #gate: ContactGate;
  #timer: NodeJS.Timeout | undefined;
  /** Code of the trouble that was told last; undefined while contact holds. */
  #trouble: ErrorCode | undefined;
  readonly connector: Connector;
  readonly identity: IdentityKeeper;
  readonly patience: Patience;
  /** Held back by the gate; undefined for a context that cannot be used at all. */
  readonly client: KubeClient | undefined;
  /** Milliseconds of the last answered small request. */
  latencyMs: number | undefined;
  version: string | undefined;
  /** Read again after each contact and each refusal. */
  credentials: CredentialFacts | undefined;

  constructor(options: LineOptions) {
    this.#options = options;
    const { memory, now, onMoved } = options;
    const { id, access } = options.context();
    // Made before the connector it speaks to: nothing is sent before `start`.
    this.patience = new Patience(memory, () => options.context().own?.timeoutMs ?? 0);
    this.identity = new IdentityKeeper({ memory, now, onMoved });
    this.#raw =
      access &&
      options.connect(access, process.env, {
        timeoutMs: () => this.patience.ms,
        onRefusal: (error) => this.#refused(error),
        onNewFile: () => void this.connector.retry(),
      });
    this.connector = new Connector({
      fabric: id,
      contact: (signal, timeoutMs) => this.#contact(signal, timeoutMs),
      timeoutMs: () => this.patience.ms,
      toAppError: (cause) => this.#raw?.toAppError(cause) ?? this.#unusable(),
      now,
      lasting: access === undefined,
      onChange: () => this.#changed(),
      onContact: (contact) => this.#made(contact),
      onFailure: (error, timeoutMs) => {
        this.#outOfTime(error, timeoutMs);
        this.#readFacts();
        this.#tellTrouble(error);
      },
    });
    this.#gate = new ContactGate({
      fabric: id,
      shut: () => this.connector.shut,
      confirm: (since) => this.#confirm(since),
      failed: (error, limitMs) => this.#failed(error, limitMs),
    });
    this.client = this.#raw && gateClient(this.#raw, this.#gate);
  }

  /** The client that no gate holds back: for a probe, which is to look at what is wrong. */
  get unheld(): KubeClient | undefined {
    return this.#raw;
  }

  start(): void {
    this.#readFacts();
    void this.connector.attempt();
  }

  /** Somebody asks: forgets refusals and pauses and tries at once. Resolves when that is decided. */
  async retry(): Promise<void> {
    this.#raw?.resume();
    await this.connector.retry();
  }

  async close(): Promise<void> {
    this.#abort.abort();
    this.connector.stop();
    clearTimeout(this.#timer);
    await this.#raw?.close();
  }

  async #contact(signal: AbortSignal, timeoutMs: number): Promise<Contact> {
    const client = this.#raw;
    if (client === undefined) throw new AppFailure(this.#unusable());
    const contact = await contactServer(client, { signal, timeoutMs });
    await this.identity.ask(client, { signal, timeoutMs }, contact.version);
    return contact;
  }

  #tellTrouble({ code }: AppError): void {
    if (this.#trouble === code) return;
    this.#trouble = code;
    this.#options.onTrouble();
  }

  #made(contact: Contact): void {
    this.#trouble = undefined;
    this.patience.answered();
    this.latencyMs = contact.tookMs;
    this.version = contact.version;
    this.#readFacts();
    this.#options.onContact(contact);
    this.#changed();
    this.#measure();
  }

  #changed(): void {
    this.#gate.update();
    this.#options.onChange();
  }

  #refused(error: AppError | undefined): void {
    this.#readFacts();
    if (error === undefined) return;
    this.connector.rest('sign-in', error);
    this.#tellTrouble(error);
  }

  #failed(error: AppError, limitMs: number): void {
    this.#outOfTime(error, limitMs);
    if (DOUBTFUL.has(error.code)) this.connector.doubt();
  }

  #outOfTime({ code, details }: AppError, limitMs: number): void {
    // A connection that is not even accepted does not become better by waiting longer.
    if (code === 'timeout' && details?.errno === 'UND_ERR_HEADERS_TIMEOUT') this.patience.ranOut(limitMs);
  }

  async #confirm(since: number): Promise<void> {
    if (this.#raw === undefined) return;
    const timeoutMs = Math.min(CONFIRM_MS, this.patience.ms);
    try {
      await this.identity.confirm(this.#raw, since, { signal: this.#abort.signal, timeoutMs });
    } catch (cause) {
      if (cause instanceof AppFailure) this.#failed(cause.error, timeoutMs);
      throw cause;
    }
  }

  /** Measures a small request now and then, for the status bar; its failure puts the contact in doubt. */
  #measure(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#measureOnce().then(() => this.#measure()), MEASURE_MS);
    this.#timer.unref();
  }

  async #measureOnce(): Promise<void> {
    const { signal } = this.#abort;
    if (this.#raw === undefined || signal.aborted || this.connector.shut !== undefined) return;
    try {
      const contact = await contactServer(this.#raw, { signal, timeoutMs: MEASURE_LIMIT_MS });
      this.latencyMs = contact.tookMs;
      this.version = contact.version;
      this.#options.onChange();
    } catch (cause) {
      if (cause instanceof AppFailure) this.#failed(cause.error, MEASURE_LIMIT_MS);
    }
  }

  #readFacts(): void {
    void this.#raw?.facts().then(
      (facts) => {
        this.credentials = facts;
        if (!this.#abort.signal.aborted) this.#options.onChange();
      },
      () => undefined,
    );
  }

  #unusable(): AppError {
    const { id, problem } = this.#options.context();
    const message = `Context ${id} cannot be used: it has no cluster.`;
    return problem ?? { code: 'context-broken', message, fabric: id, retryable: false };
  }
}
