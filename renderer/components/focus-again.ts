/** A dialog lets go of the focus when it begins to close. */
const FOCUS_AFTER_MS = 30;

/**
 * Gives the focus back to what had it before a dialog opened. That may be gone by now: then the keyboard goes on from
 * the beginning of the page's content.
 */
export function focusAgain(asker: Element | null | undefined): void {
  const element = asker instanceof HTMLElement ? asker : undefined;
  // Taken now: the page may be gone by then.
  const page = document;
  setTimeout(() => {
    const there = element?.isConnected ? element : page.getElementById('main');
    there?.focus({ preventScroll: true });
  }, FOCUS_AFTER_MS);
}
