/** What the page knows of the demo: the faults it can plant into a demo fabric. */

/** One fault that a demo fabric can be given, and cured of. */
export interface DemoFault {
  readonly id: string;
  /** A command, such as `Ship a bad image`. */
  readonly title: string;
  /** What it does to which object, in one sentence. */
  readonly description: string;
  readonly active: boolean;
}
