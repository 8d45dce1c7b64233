/** Turns successive answers of the diagnosis into the smallest messages that bring a page up to date. */
import type { Pushes } from '../../shared/ipc.ts';
import type { DiagnosisResult, Finding } from '../../shared/model/finding.ts';
import type { Instant } from '../../shared/model/ref.ts';

/** A diagnosis and how far it can be trusted now. */
export interface Answer extends DiagnosisResult {
  /** False until every readable kind was listed once. */
  readonly synced: boolean;
  readonly asOf?: Instant | undefined;
}

type Message = Omit<Pushes['findings'], 'sub'>;

function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** Compares by content: an engine may build equal findings anew, and asOf moves with every event. */
function sameFinding(a: Finding, b: Finding): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Keeps what the page has, so that each message holds only what is new. */
export class FindingsDelta {
  #sent = new Map<string, Finding>();
  #order: readonly string[] = [];
  #last: Message | undefined;
  #seq = 0;

  /** The message for this answer, or undefined where nothing the page shows has changed. `reset` sends all anew. */
  next(answer: Answer, reset = false): Message | undefined {
    if (reset) this.#sent = new Map();
    const now = new Map(answer.findings.map((finding) => [finding.id, finding]));
    const upsert = answer.findings.filter((finding) => {
      const before = this.#sent.get(finding.id);
      return before === undefined || !sameFinding(before, finding);
    });
    const remove = [...this.#sent.keys()].filter((id) => !now.has(id));
    const order = answer.findings.map((finding) => finding.id);
    const first = this.#last === undefined || reset;
    const message: Message = {
      seq: this.#seq + 1,
      reset: first,
      upsert,
      remove,
      order,
      checks: answer.checks,
      blindSpots: answer.blindSpots,
      complete: answer.complete,
      synced: answer.synced,
      asOf: answer.asOf,
    };
    if (
      !first &&
      upsert.length === 0 &&
      remove.length === 0 &&
      sameList(order, this.#order) &&
      this.#sameFrame(message)
    ) {
      return undefined;
    }
    this.#sent = now;
    this.#order = order;
    this.#last = message;
    this.#seq++;
    return message;
  }

  /** Whether all beside the findings is as the page has it; asOf counts by the second. */
  #sameFrame(message: Message): boolean {
    const last = this.#last;
    if (last === undefined) return false;
    const second = (at: Instant | undefined) => (at === undefined ? undefined : Math.floor(at / 1000));
    return (
      last.complete === message.complete &&
      last.synced === message.synced &&
      last.checks.ran === message.checks.ran &&
      last.checks.total === message.checks.total &&
      second(last.asOf) === second(message.asOf) &&
      (last.blindSpots === message.blindSpots ||
        JSON.stringify(last.blindSpots) === JSON.stringify(message.blindSpots))
    );
  }
}
