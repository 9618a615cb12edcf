let down = false;

const set = (value: boolean) => (): void => {
  down = value;
};
if (typeof window !== 'undefined') {
  window.addEventListener('pointerdown', set(true), true);
  for (const name of ['pointerup', 'pointercancel']) window.addEventListener(name, set(false), true);
}

/**
 * Runs at once, or, while a button of the pointer is held, after the click that it may become: what moves the page in
 * between moves the thing that is being clicked from under the pointer.
 */
export function afterClick(run: () => void): void {
  if (!down) return run();
  window.addEventListener('pointerup', () => setTimeout(run), { once: true });
}
