import { useSyncExternalStore } from 'react';

const STEP_MS = 1000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let nowMs = Date.now();

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    nowMs = Date.now();
    timer = setInterval(tick, STEP_MS);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** Nobody looks at a hidden page: its clocks stand still until it is shown again. */
function tick(): void {
  if (document.hidden) return;
  nowMs = Date.now();
  for (const listener of listeners) listener();
}

/**
 * The time, in steps of `stepMs` (whole seconds): a component renders only when its step has passed. One timer serves all.
 */
export const useNow = (stepMs = STEP_MS): number =>
  useSyncExternalStore(subscribe, () => Math.floor(nowMs / stepMs) * stepMs);
