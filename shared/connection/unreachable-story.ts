/** HH-K8S-001: why nothing answers, by the layer at which the way ends. */
import { enumerate } from '../scenarios/words.ts';
import { otherPort, placeOf, serverOf, type Case, type Story } from './case.ts';

const NO_ROUTE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL']);

/** True for a page behind a gateway's own status: no API server is behind it (catalogue HH-K8S-001). */
export function isGateway({ error, details }: Case): boolean {
  return (
    error.code === 'server-error' &&
    [502, 503, 504].includes(error.status ?? 0) &&
    details.statusReason === undefined
  );
}

function nameStory(one: Case): Story {
  const { host } = placeOf(one);
  if (one.details.errno === 'EAI_AGAIN') {
    return {
      says: `cannot be reached: the name ${host} cannot be looked up, the name server does not answer`,
      cause: 'The DNS of this computer gives no answer, so no address of the server is known.',
      advice: 'Connect the network or the VPN whose name server knows this host.',
    };
  }
  return {
    says: `cannot be reached: the name ${host} does not resolve`,
    cause: `DNS answers that there is no ${host}: the name is misspelt, or only a VPN's name server knows it.`,
    advice: 'Check the spelling of the server in the kubeconfig and connect the VPN if the name is internal.',
  };
}

function portStory(one: Case): Story {
  const { host, port } = placeOf(one);
  const at = `${host}:${port}`;
  const address = enumerate(one.probe?.addresses ?? [], 2) || host;
  const errno = one.details.errno ?? '';
  if (one.probe?.proxy !== undefined) {
    return {
      says: `cannot be reached: proxy ${one.probe.proxy.url} does not accept connections`,
      cause: `The way to ${host} leads through this proxy, set by the ${one.probe.proxy.from}.`,
      advice: 'Correct the proxy, or add the server to NO_PROXY if it is reached directly.',
    };
  }
  if (errno === 'ECONNREFUSED') {
    return {
      says: `cannot be reached: ${at} refuses connections`,
      cause: `Host ${address} answers, and nothing listens on TCP port ${port}: the API server is down, or the port is wrong.`,
      advice: otherPort(one) ?? 'Check that the API server runs on this host and that the port is right.',
    };
  }
  if (NO_ROUTE.has(errno)) {
    return {
      says: `cannot be reached: there is no route to ${at}`,
      cause: `This computer has no way to the network of ${address}.`,
      advice: 'Connect the network or the VPN that leads to this address.',
    };
  }
  if (one.error.code !== 'timeout') return {};
  return {
    says: `cannot be reached: nothing answers at ${at}`,
    cause: `TCP packets to ${address} get no answer at all: a firewall drops them, the VPN is not connected, or the host is down.`,
    advice: otherPort(one) ?? 'Connect the VPN, or open the firewall for this address and port.',
  };
}

/** What the layer tells of a server that cannot be reached. */
export function unreachableStory(one: Case): Story {
  if (isGateway(one)) {
    return {
      says: `cannot be reached: no API server is behind the load balancer at ${one.details.server ?? 'its address'}`,
      cause: `A load balancer or proxy answers with status ${String(one.error.status ?? 0)} and a page of its own.`,
      advice: 'Check the API servers behind the load balancer, and its health check.',
    };
  }
  if (one.layer === 'dns') return nameStory(one);
  if (one.layer === 'tcp') return portStory(one);
  if (one.layer === 'proxy') {
    return {
      says: `cannot be reached: the proxy gets no connection to ${serverOf(one.details)}`,
      advice: 'Check from the proxy that the server can be reached, or add it to NO_PROXY.',
    };
  }
  if (one.layer !== undefined && one.error.code === 'unreachable') {
    return {
      says: `cannot be reached: ${serverOf(one.details)} closes connections without an answer`,
      cause:
        'The port accepts and then ends the connection: a load balancer without a server behind it, or an API server that is starting.',
      advice: otherPort(one) ?? 'Check that an API server runs behind this address.',
    };
  }
  return {};
}
