import { configure } from '@testing-library/react';

const TOLD_CHARACTERS = 2000;

configure({
  // A busy machine renders a page in its own time; what does not come does not come within this, either.
  asyncUtilTimeout: 15_000,
  // To print the elements as such takes an eighth of the time of all tests, most of it while something is waited for.
  getElementError: (message, container) =>
    new Error(`${message}\n\nThe page says: ${container.textContent?.slice(0, TOLD_CHARACTERS)}`),
});

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
