/** What becomes of a defect in a controller: it is told on stderr, and the rest of the world goes on. */

/** One hostile object must not bring the whole server down. */
export function tellMistake(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)));
}
