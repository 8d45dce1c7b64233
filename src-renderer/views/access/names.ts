/** Names that Kubernetes accepts, for forms. */

/** A DNS label or subdomain (RFC 1123), as namespaces and ServiceAccounts are named. */
export function isName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text);
}
