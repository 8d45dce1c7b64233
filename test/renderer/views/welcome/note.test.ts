// What the welcome screen notes of a context.
import { expect, it } from 'vitest';
import { noteOf } from '../../../../src-renderer/views/welcome/note.ts';

const base = { current: false, insecureTls: false, signIn: 'token', origin: 'kubeconfig' } as const;

it.each([
  [base, ''],
  [{ ...base, current: true }, 'Current context'],
  [{ ...base, origin: 'manual' as const }, 'Added by hand'],
  [{ ...base, server: 'https://127.0.0.1:38211' }, 'Local'],
  [{ ...base, server: 'https://[::1]:6443', insecureTls: true }, 'Local, certificate checks are off'],
  [{ ...base, server: 'https://127.example:6443' }, ''],
  [{ ...base, signIn: 'none' as const }, 'No credentials'],
])('%o is %j', (fabric, note) => {
  expect(noteOf(fabric)).toBe(note);
});
