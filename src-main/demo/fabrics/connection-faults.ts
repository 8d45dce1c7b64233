/** Faults of the way to a fabric: they act in its HTTP server and leave the objects alone. */

/** In the order of the menu. */
export const CONNECTION_FAULTS = [
  {
    id: 'drop-connection',
    title: 'Drop the connection',
    description: 'Ends all connections to the API server and refuses new ones until you take the fault back.',
  },
  {
    id: 'expire-token',
    title: 'Expire the token',
    description: 'Lets the token of the kubeconfig end; taken back, the kubeconfig gets a fresh one.',
  },
  {
    id: 'swap-certificate',
    title: 'Swap the certificate',
    description: 'Serves with a certificate of another authority than the one in the kubeconfig.',
  },
  {
    id: 'slow-down',
    title: 'Slow the API server down',
    description: 'Answers every request of a signed-in client 40 s late, and ends the connections there are.',
  },
  {
    id: 'throttle',
    title: 'Throttle the API server',
    description: 'Turns every request away with 429 and Retry-After, and ends the connections there are.',
  },
] as const;

export type ConnectionFaultId = (typeof CONNECTION_FAULTS)[number]['id'];

export function isConnectionFault(id: string): id is ConnectionFaultId {
  return CONNECTION_FAULTS.some((fault) => fault.id === id);
}
