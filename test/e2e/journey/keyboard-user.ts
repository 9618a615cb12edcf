import type { Page } from 'playwright-core';

/** More stops than any page has. */
const MOST_STOPS = 150;

/** Where the focus is, and whether somebody who looks at the page can tell. */
export interface Stop {
  readonly name: string;
  readonly visible: boolean;
}

/** Somebody who uses a page without a pointer. */
export class KeyboardUser {
  private readonly page: Page;
  /** Every stop of the focus on the way that nobody could see. */
  readonly unseen: string[] = [];

  constructor(page: Page) {
    this.page = page;
  }

  /** Goes on with Tab until the focus is on what has this name. @throws Error when it never gets there */
  async tabTo(name: string | RegExp, key = 'Tab'): Promise<void> {
    const passed: string[] = [];
    while (passed.length < MOST_STOPS) {
      await this.page.keyboard.press(key);
      const stop = await focused(this.page);
      if (!stop.visible) this.unseen.push(stop.name);
      if (typeof name === 'string' ? stop.name === name : name.test(stop.name)) return;
      passed.push(stop.name);
    }
    throw new Error(`Tab never came to ${String(name)}, but to ${passed.join(' | ')}`);
  }

  /** In the place of what stands in the field. */
  async enter(text: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.type(text);
  }
}

/** Seen is a ring around the element, or around what stands for it where the element itself is not drawn. */
export const focused = (page: Page): Promise<Stop> =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return { name: 'nothing', visible: false };
    const label = element instanceof HTMLInputElement ? element.labels?.[0] : undefined;
    const named = element.getAttribute('aria-label') ?? label?.textContent ?? element.textContent;
    const ringed = (candidate: Element | null | undefined): boolean => {
      if (!candidate) return false;
      const { outlineStyle, outlineWidth, boxShadow, opacity, stroke } = getComputedStyle(candidate);
      const drawn = opacity !== '0' && candidate.getBoundingClientRect().width > 1;
      // What is drawn has a stroke in its place.
      if (candidate instanceof SVGElement && stroke !== 'none') return drawn;
      return drawn && ((outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none');
    };
    return { name: named.trim(), visible: [element, element.nextElementSibling, label].some(ringed) };
  });
