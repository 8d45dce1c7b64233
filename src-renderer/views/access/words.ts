/** Access in words: subjects, purposes, and why a cell is as it is. */
import type { AccessReview, AccessRow, AccessSubject, RbacFix } from '../../../shared/model/access.ts';
import type { RbacPurpose } from '../../../shared/model/plan.ts';
import { plural } from '../../parts/text.ts';
import { MARK_WORDS, type MatrixCell } from './matrix.ts';

/** What a role is for, with a sentence each. */
export const PURPOSES: readonly {
  readonly value: RbacPurpose;
  readonly text: string;
  readonly says: string;
}[] = [
  { value: 'denials', text: 'Close the denials', says: 'Only what was refused so far, read-only.' },
  { value: 'diagnose', text: 'Diagnose', says: 'All that the checks read, nothing else.' },
  {
    value: 'view',
    text: 'View',
    says: 'All kinds that are served, to look at. No Secrets beyond what the checks read.',
  },
  {
    value: 'recover',
    text: 'Recover',
    says: 'As for diagnosis, and the writes that guided recoveries need.',
  },
];

/** `Me: oncall`, `shop/builder`. */
export function nameSubject(subject: AccessSubject, review: Pick<AccessReview, 'who'> | null): string {
  if (subject.of === 'service account') return `${subject.namespace}/${subject.name}`;
  return review && review.who.user !== '' ? `Me: ${review.who.user}` : 'Me';
}

/** `apps/deployments` or `pods`, with what else is to be known of the kind. */
export function nameRow(row: Pick<AccessRow, 'group' | 'resource'>): string {
  return row.group === '' ? row.resource : `${row.resource}.${row.group}`;
}

/** For assistive technology: `list: denied and needed`. */
export function describeCell(cell: MatrixCell): string {
  return `${cell.verb}: ${MARK_WORDS[cell.mark]}`;
}

/** What a box over several verbs says: the part that is allowed where it is a short one. */
export function boxText(cell: MatrixCell): string {
  if (cell.mark === 'denied') return 'denied';
  if (cell.mark === 'unknown') return 'cannot tell';
  return 'partly';
}

/** `Covers all 6 denials, adds no write verb`. */
export function describeFix(fix: RbacFix): string {
  const writes = fix.writes ? 'adds verbs that write' : 'adds no write verb';
  return fix.closes === 0
    ? `Closes no denial, ${writes}`
    : `Covers ${plural(fix.closes, 'denial')}, ${writes}`;
}
