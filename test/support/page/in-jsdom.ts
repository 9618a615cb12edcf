import { configure } from '@testing-library/react';

// A machine that is busy with something else takes its time.
configure({ asyncUtilTimeout: 10_000 });

/** What Mantine asks of a browser and jsdom lacks. To be called before anything is rendered. */
export function completeJsdom(): void {
  window.matchMedia = (query) => ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
    dispatchEvent: () => false,
  });
  window.ResizeObserver = class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  };
  Element.prototype.scrollIntoView = () => undefined;
}
