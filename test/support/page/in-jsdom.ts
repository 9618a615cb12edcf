import { configure } from '@testing-library/react';

// A busy machine renders a page in its own time; what does not come does not come within this, either.
configure({ asyncUtilTimeout: 15_000 });

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
