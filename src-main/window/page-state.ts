/** Waits for what the page says of itself: which stage it shows, and that its fonts are there. */
import type { WebContents } from 'electron';

/** `data-ready` of the page: what is on screen now. */
export type Stage = 'findings' | 'failed' | 'welcome';

/** Runs in the page; resolves with the first of the stages it reaches. */
function watchStage(stages: readonly Stage[]): string {
  return `new Promise((resolve) => {
    const wanted = ${JSON.stringify(stages)};
    const page = document.documentElement;
    const check = () => {
      if (!wanted.includes(page.dataset.ready)) return;
      observer.disconnect();
      resolve(page.dataset.ready);
    };
    const observer = new MutationObserver(check);
    observer.observe(page, { attributes: true, attributeFilter: ['data-ready'] });
    check();
  })`;
}

const PAINTED = `document.fonts.ready.then(() => new Promise((resolve) =>
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)))))`;

function within<T>(work: Promise<T>, ms: number, late: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(late)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** The first of `stages` that the page reaches; rejects with a sentence after `ms`. */
export async function waitForStage(
  contents: WebContents,
  stages: readonly Stage[],
  ms: number,
): Promise<Stage> {
  const late = `The window showed no findings within ${ms / 1000} s`;
  return within(contents.executeJavaScript(watchStage(stages)) as Promise<Stage>, ms, late);
}

/** Resolves once the fonts are loaded and the last state is painted. */
export async function waitForPaint(contents: WebContents, ms: number): Promise<void> {
  await within(
    contents.executeJavaScript(PAINTED) as Promise<boolean>,
    ms,
    `The window was not painted within ${ms / 1000} s`,
  );
}
