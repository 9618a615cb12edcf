import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { whileSeen } from '../../../../renderer/state/while-seen.ts';

let page: EventTarget & { hidden: boolean };
beforeEach(() => {
  page = Object.assign(new EventTarget(), { hidden: false });
  vi.stubGlobal('document', page);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function hide(hidden: boolean): void {
  page.hidden = hidden;
  page.dispatchEvent(new Event('visibilitychange'));
}

it('tells each change while the page is seen, and those of a hidden one together afterwards', () => {
  const listeners = new Set<() => void>();
  const told = vi.fn<() => void>();
  const change = (): void => listeners.forEach((listener) => listener());
  const end = whileSeen((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  })(told);

  change();
  expect(told).toHaveBeenCalledTimes(1);
  hide(true);
  change();
  change();
  expect(told).toHaveBeenCalledTimes(1);
  hide(false);
  expect(told).toHaveBeenCalledTimes(2);
  hide(true);
  hide(false);
  expect(told).toHaveBeenCalledTimes(2);

  hide(true);
  change();
  end();
  hide(false);
  expect(told).toHaveBeenCalledTimes(2);
  expect(listeners.size).toBe(0);
});
