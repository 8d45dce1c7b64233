/** Which tool keeps an object as it stands in Git or in a chart: a change by hand would be set back. */
import { record, text } from '../cluster/narrow.ts';
import type { KubeObject } from '../model/kube.ts';
import { clean } from '../scenarios/words.ts';

interface OwnerRow {
  readonly in: 'labels' | 'annotations';
  readonly key: string;
  readonly says: (value: string) => string;
}

/** First match wins: Flux's helm-controller leaves Helm's marks as well. */
const OWNERS: readonly OwnerRow[] = [
  {
    in: 'annotations',
    key: 'argocd.argoproj.io/tracking-id',
    says: (id) => `Argo CD application ${id.split(':')[0] ?? id}`,
  },
  { in: 'labels', key: 'argocd.argoproj.io/instance', says: (name) => `Argo CD application ${name}` },
  { in: 'labels', key: 'kustomize.toolkit.fluxcd.io/name', says: (name) => `Flux Kustomization ${name}` },
  { in: 'labels', key: 'helm.toolkit.fluxcd.io/name', says: (name) => `Flux HelmRelease ${name}` },
  { in: 'annotations', key: 'meta.helm.sh/release-name', says: (name) => `Helm release ${name}` },
];

/** `Helm release shop`; undefined for an object that no such tool marks as its own. */
export function ownerOf(object: KubeObject): string | undefined {
  for (const row of OWNERS) {
    const marks = record(record(object.metadata)[row.in]);
    const value = Object.hasOwn(marks, row.key) ? clean(text(marks[row.key]), 120) : '';
    if (value !== '') return row.says(value);
  }
  return undefined;
}
