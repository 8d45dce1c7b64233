/** Whether a text from a kubeconfig or a credential command can be the value of an HTTP header. */

/** False for control characters (a line break would begin another header) and for what Latin-1 does not hold. */
export function isHeaderSafe(value: string): boolean {
  return !/\p{Cc}|[^\u0020-\u00ff]/u.test(value.trim());
}
