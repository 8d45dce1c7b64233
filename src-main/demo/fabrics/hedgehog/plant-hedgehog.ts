/** Plants the Hedgehog network of demo-lab: its definitions, its objects, and switches whose agents report on. */
import { record, text } from '../../../../shared/cluster/narrow.ts';
import type { Caller, DraftObject, JsonObject, StoredObject } from '../../model.ts';
import type { Registry } from '../../registry/contract.ts';
import type { Clock } from '../../world/clock.ts';
import { create, find, targetOf } from '../change.ts';
import { AGENT_KINDS } from './agent-kinds.ts';
import { agentOf, statusOf, SWITCH_NAMES } from './agents.ts';
import { definitionOf } from './definition.ts';
import { GATEWAY_AGENT_KINDS, GATEWAY_KINDS } from './gateway-kinds.ts';
import { DHCP_KINDS, VPC_KINDS } from './vpc-kinds.ts';
import { DHCP_SUBNET, LEASES, VPC_OBJECTS } from './vpcs.ts';
import { WIRING_KINDS } from './wiring-kinds.ts';
import { WIRING_OBJECTS } from './wiring.ts';

/** The agents report this often (ms). */
const HEARTBEAT = 15_000;
const HOUR = 3_600_000;

export const DEFINITIONS: readonly DraftObject[] = [
  ...VPC_KINDS.map((row) => definitionOf('vpc.githedgehog.com', row)),
  ...WIRING_KINDS.map((row) => definitionOf('wiring.githedgehog.com', row)),
  ...AGENT_KINDS.map((row) => definitionOf('agent.githedgehog.com', row)),
  ...DHCP_KINDS.map((row) => definitionOf('dhcp.githedgehog.com', row)),
  ...GATEWAY_KINDS.map((row) => definitionOf('gateway.githedgehog.com', row)),
  ...GATEWAY_AGENT_KINDS.map((row) => definitionOf('gwint.githedgehog.com', row)),
];

const AGENTS: readonly DraftObject[] = SWITCH_NAMES.map(agentOf);

/** Definitions aside, in order of creation; without what agents and the DHCP server write into `status`. */
export const FABRIC_OBJECTS: readonly DraftObject[] = [
  ...WIRING_OBJECTS,
  ...VPC_OBJECTS,
  ...AGENTS,
  DHCP_SUBNET,
];

const SWITCH: Caller = { username: 'fabric-agent', groups: ['system:authenticated'] };

/** @param quietMs so long no heartbeat is written but the first: nobody sees the past of a world */
export function plantHedgehog(registry: Registry, clock: Clock, quietMs: number): void {
  for (const definition of DEFINITIONS) create(registry, definition);
  for (const object of FABRIC_OBJECTS) create(registry, object);
  const since = stamp(registry.now());
  report(registry, since);
  const beat = (): void => {
    report(registry, since);
    clock.after(HEARTBEAT, beat);
  };
  clock.after(Math.max(HEARTBEAT, quietMs - 2 * HEARTBEAT), beat);
}

/** Each agent applies what its object asks for and says that it lives; the DHCP server renews its leases. */
function report(registry: Registry, since: string): void {
  const heartbeat = stamp(registry.now());
  for (const agent of AGENTS) {
    const { name = '' } = agent.metadata ?? {};
    writeStatus(registry, agent, ({ metadata: { generation = 1 }, status }) => {
      const { lastAppliedGen, lastAppliedTime } = record(status);
      const applied = lastAppliedGen === generation ? text(lastAppliedTime) : heartbeat;
      return statusOf(name, generation, { since, applied, heartbeat });
    });
  }
  const expiry = stamp(registry.now() + HOUR);
  const allocated = Object.entries(LEASES).map(([hostname, ip], index) => [
    `02:00:00:00:02:0${index + 1}`,
    { ip, expiry, hostname },
  ]);
  writeStatus(registry, DHCP_SUBNET, () => ({ allocated: Object.fromEntries(allocated) as JsonObject }));
}

/** Nothing where somebody has deleted the object or its definition. */
function writeStatus(
  registry: Registry,
  draft: DraftObject,
  status: (current: StoredObject) => JsonObject,
): void {
  const target = targetOf(draft);
  const resource = registry.catalogue.byKind(target.apiVersion, target.kind);
  if (resource === undefined || find(registry, target) === undefined) return;
  const context = {
    caller: SWITCH,
    subresource: 'status',
    fieldManager: 'fabric-agent',
    internal: true,
  } as const;
  registry.update(
    resource,
    target.namespace,
    target.name,
    (current) => (current === undefined ? draft : { ...current, status: status(current) }),
    context,
  );
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
