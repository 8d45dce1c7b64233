// Escape sequences that a terminal must not obey when they come from a container.
import { describe, expect, it } from 'vitest';
import { guardTerminal, REFUSED_OSC } from '../../../../src-renderer/views/dock/terminal-guard.ts';

type Handler = () => boolean | Promise<boolean>;

/** A parser that only notes what is registered. */
function fakeTerminal() {
  const handlers = new Map<string, Handler>();
  const register = (name: string, handler: Handler) => {
    handlers.set(name, handler);
    return { dispose: () => handlers.delete(name) };
  };
  const parser = {
    registerOscHandler: (code: number, handler: Handler) => register(`OSC ${code}`, handler),
    registerCsiHandler: (id: { final: string }, handler: Handler) => register(`CSI ${id.final}`, handler),
    registerDcsHandler: (id: { intermediates?: string; final: string }, handler: Handler) =>
      register(`DCS ${id.intermediates ?? ''}${id.final}`, handler),
    registerEscHandler: () => ({ dispose: () => undefined }),
    registerApcHandler: () => ({ dispose: () => undefined }),
  };
  return { handlers, terminal: { parser } as unknown as Parameters<typeof guardTerminal>[0] };
}

describe('guardTerminal', () => {
  it.each([
    ['the clipboard', 'OSC 52'],
    ['the title', 'OSC 0'],
    ['the title', 'OSC 2'],
    ['hyperlinks', 'OSC 8'],
    ['colour queries', 'OSC 10'],
    ['palette queries', 'OSC 4'],
    ['notifications', 'OSC 9'],
    ['window operations', 'CSI t'],
    ['setting queries', 'DCS $q'],
  ])('swallows %s (%s)', (_, sequence) => {
    const { handlers, terminal } = fakeTerminal();
    guardTerminal(terminal);
    expect(handlers.get(sequence)?.()).toBe(true);
  });

  it('ends as a whole', () => {
    const { handlers, terminal } = fakeTerminal();
    guardTerminal(terminal).dispose();
    expect(handlers.size).toBe(0);
    expect(new Set(REFUSED_OSC).size).toBe(REFUSED_OSC.length);
  });
});
