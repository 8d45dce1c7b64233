/** Where the user is: the view, and the object that Resources shall open. */
import type { Ref } from '../../shared/model/ref.ts';

export type View = 'triage' | 'resources' | 'access' | 'connection';

/** How each view is called on screen. */
export const VIEW_NAMES: Readonly<Record<View, string>> = {
  triage: 'Triage',
  resources: 'Resources',
  access: 'Access',
  connection: 'Connection',
};

export interface ObjectTarget {
  readonly fabric: string;
  readonly ref: Ref;
}

/**
 * `navigation.view` drives App's view switch. `showObject` goes to Resources and leaves the object in
 * `navigation.object`, a new value each time, so an effect on it fires even for the same object again.
 */
class Navigation {
  view = $state<View>('triage');
  object = $state.raw<ObjectTarget | null>(null);
  /** A finding that Triage shall select, by id; Triage takes it and sets it back to null. */
  finding = $state.raw<string | null>(null);

  go(view: View): void {
    this.view = view;
  }

  showObject(fabric: string, ref: Ref): void {
    this.object = { fabric, ref };
    this.view = 'resources';
  }

  showFinding(id: string): void {
    this.finding = id;
    this.view = 'triage';
  }
}

export const navigation = new Navigation();
