/** Builds what the drawer shows of one object: masked YAML with marks, events, relations and containers. */
import { eventKeysOf } from '../../shared/cluster/events.ts';
import { refOf } from '../../shared/cluster/refs.ts';
import type { EventRow, ObjectView, ResourceId, YamlMark } from '../../shared/ipc.ts';
import type { Finding } from '../../shared/model/finding.ts';
import type { KubeObject } from '../../shared/model/kube.ts';
import type { Ref } from '../../shared/model/ref.ts';
import { containersOf, templateContainers } from '../streams/log-targets.ts';
import { maskSecret } from './mask.ts';
import { findMarks, isSameObject, toYaml } from './object-yaml.ts';
import { relationsOf, type RelationContext } from './relations.ts';

export interface ObjectViewContext extends RelationContext {
  /** All findings, worst first. */
  readonly findings: readonly Finding[];
}

/** Findings that concern an object: as subject, as member, or through a claim that points at it. */
function findingsAbout(ref: Ref, findings: readonly Finding[]): Finding[] {
  return findings.filter(
    ({ subject, members, evidence }) =>
      isSameObject(subject, ref) ||
      members.some((member) => isSameObject(member, ref)) ||
      evidence.some((claim) => isSameObject(claim.ref, ref)),
  );
}

const isAbout = (ref: Ref, { subject, members }: Finding) =>
  isSameObject(subject, ref) || members.some((member) => isSameObject(member, ref));

function eventsFor(object: KubeObject, view: RelationContext['view']): ObjectView['events'] {
  const knowledge = view.knowledge('Event', object.metadata.namespace);
  if (knowledge === 'denied') return { denied: 'You may not list events here, so there may be some.' };
  if (knowledge === 'unknown') return { denied: 'Events were not read yet.' };
  const seen = new Map<string, EventRow>();
  for (const key of eventKeysOf(object)) {
    for (const event of view.eventsOf(key)) {
      const { type, reason, message, count, first, last, source } = event;
      seen.set(`${event.ref.namespace ?? ''}/${event.ref.name}`, {
        type,
        reason,
        message,
        count,
        ...(first !== undefined && { first }),
        ...(last !== undefined && { last }),
        ...(source !== undefined && { source }),
      });
    }
  }
  return [...seen.values()].sort((a, b) => (b.last ?? 0) - (a.last ?? 0));
}

/** Builds views of one object and keeps the costly parts while their input stays the same. */
export class ObjectViewer {
  readonly #resource: ResourceId;
  #object: KubeObject | undefined;
  #masked = false;
  #yaml = '';
  #marks: readonly YamlMark[] = [];
  #marksOf: readonly Finding[] | undefined;

  constructor(resource: ResourceId) {
    this.#resource = resource;
  }

  view(object: KubeObject, context: ObjectViewContext): ObjectView {
    const ref = refOf(object);
    const about = findingsAbout(ref, context.findings);
    if (object !== this.#object) {
      const { object: safe, masked } = maskSecret(object);
      this.#object = object;
      this.#masked = masked;
      this.#yaml = toYaml(safe);
      this.#marksOf = undefined;
    }
    const known = this.#marksOf;
    if (
      known === undefined ||
      known.length !== about.length ||
      known.some((finding, index) => finding.evidence !== about[index]?.evidence)
    ) {
      this.#marks = findMarks(this.#yaml, ref, about);
      this.#marksOf = about;
    }
    return {
      ref,
      resource: this.#resource,
      resourceVersion: object.metadata.resourceVersion ?? '',
      yaml: this.#yaml,
      masked: this.#masked,
      marks: this.#marks,
      events: eventsFor(object, context.view),
      relations: relationsOf(object, context),
      findings: about.filter((finding) => isAbout(ref, finding)).map((finding) => finding.id),
      containers: object.kind === 'Pod' ? containersOf(object) : templateContainers(object, context.view),
    };
  }
}
