/** What may be done in each fabric that was looked at: the review, and the role that would close the gaps. */
import type { AppError } from '../../shared/errors.ts';
import type { AccessReview, AccessSubject, RbacFix } from '../../shared/model/access.ts';
import type { JournalEntry, RbacPurpose } from '../../shared/model/plan.ts';
import { call } from '../api.ts';
import { makeLasting } from './lasting.svelte.ts';

/** The access of one subject in one fabric. What was read stays on screen while it is asked again. */
export class FabricAccess {
  readonly fabric: string;
  subject = $state.raw<AccessSubject>({ of: 'me' });
  /** Undefined means all namespaces. */
  namespace = $state<string | undefined>(undefined);
  review = $state.raw<AccessReview | null>(null);
  /** Why the last review failed; an older one may still be shown. */
  error = $state.raw<AppError | null>(null);
  loading = $state(false);

  purpose = $state<RbacPurpose>('denials');
  scope = $state<'cluster' | 'namespace'>('cluster');
  fix = $state.raw<RbacFix | null>(null);
  fixError = $state.raw<AppError | null>(null);
  fixing = $state(false);

  journal = $state.raw<readonly JournalEntry[] | null>(null);
  journalError = $state.raw<AppError | null>(null);
  #review = 0;
  #fix = 0;

  constructor(fabric: string) {
    this.fabric = fabric;
  }

  /** Asks what the subject may do; only the last question counts. */
  async load(): Promise<void> {
    const ticket = (this.#review += 1);
    this.loading = true;
    const { fabric, subject, namespace } = this;
    const answer = await call('access.review', { fabric, subject, namespace });
    if (ticket !== this.#review) return;
    this.loading = false;
    if (answer.ok) this.review = answer.value;
    this.error = answer.ok ? null : answer.error;
  }

  /** Shows another subject or namespace: what was known of the one before must not stand below its name. */
  choose(more: { readonly subject?: AccessSubject; readonly namespace?: string | undefined }): void {
    if (more.subject) this.subject = more.subject;
    if ('namespace' in more) this.namespace = more.namespace;
    this.review = null;
    void this.load();
  }

  /** Asks for the role; `namespace` where it shall hold in one alone. */
  async loadFix(namespace: string | undefined): Promise<void> {
    const ticket = (this.#fix += 1);
    this.fixing = true;
    const answer = await call('access.fix', { fabric: this.fabric, purpose: this.purpose, namespace });
    if (ticket !== this.#fix) return;
    this.fixing = false;
    this.fix = answer.ok ? answer.value : null;
    this.fixError = answer.ok ? null : answer.error;
  }

  async loadJournal(): Promise<void> {
    const answer = await call('journal.list', { fabric: this.fabric });
    this.journal = answer.ok ? answer.value : this.journal;
    this.journalError = answer.ok ? null : answer.error;
  }
}

/** `access.of(fabric)` is what is known of it; `forget` drops that when the fabric is closed. */
class Access {
  #fabrics = new Map<string, FabricAccess>();

  of(fabric: string): FabricAccess {
    const known = this.#fabrics.get(fabric);
    if (known) return known;
    const created = makeLasting(() => new FabricAccess(fabric));
    this.#fabrics.set(fabric, created);
    return created;
  }

  forget(fabric: string): void {
    this.#fabrics.delete(fabric);
  }
}

export const access = new Access();
