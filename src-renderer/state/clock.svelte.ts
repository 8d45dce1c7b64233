/** One ticking clock for all ages on screen, so that they change together. */

class Clock {
  /** Milliseconds since the epoch, renewed once a second while the window is visible. */
  now = $state(Date.now());
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Begins to tick; returns the function that stops it. */
  start(): () => void {
    const tick = (): void => {
      if (document.visibilityState === 'visible') this.now = Date.now();
    };
    this.#timer = setInterval(tick, 1000);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(this.#timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }
}

export const clock = new Clock();
