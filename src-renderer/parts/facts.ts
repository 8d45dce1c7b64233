/** Names and values as a card lists them. */

/** One line of a list of facts. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  /** A name, path or number that a machine wrote. */
  readonly mono?: boolean;
  readonly tone?: 'critical' | 'high' | 'unknown' | 'ok';
  /** Quiet words behind the value. */
  readonly note?: string | undefined;
}
