/** Small choices of the window that are no settings: which tree groups are unfolded, whether log lines wrap. */

/** Reads what was remembered; undefined where nothing was, or where it cannot be read. Check its shape before use. */
export function recall(key: string): unknown {
  try {
    const text = localStorage.getItem(`hedgerow.${key}`);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Keeps a value for the next start. Without storage it is forgotten, which only costs convenience. */
export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(`hedgerow.${key}`, JSON.stringify(value));
  } catch {
    // Storage may be full or switched off.
  }
}
