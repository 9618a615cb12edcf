import type { Locator, Page } from 'playwright-core';

/** Does what a `--step` of shoot.ts says. */
export async function takeStep(page: Page, step: string): Promise<void> {
  const [verb = '', what = ''] = split(step, ':');
  switch (verb) {
    case 'click':
      return (await control(page, what)).click();
    case 'fill': {
      const [label = '', text = ''] = split(what, '=');
      return page.getByLabel(label).first().fill(text);
    }
    case 'press':
      return page.keyboard.press(what);
    case 'hover':
      return page.locator(what).first().hover();
    case 'wait':
      return page.waitForTimeout(Number(what));
    default:
      throw new Error(`The step ${step} is not known.`);
  }
}

/** What has this name: something to be pressed if there is such a thing, else any text. */
async function control(page: Page, name: string): Promise<Locator> {
  for (const role of [
    'button',
    'link',
    'tab',
    'menuitem',
    'switch',
    'checkbox',
    'radio',
    'textbox',
  ] as const) {
    const found = page.getByRole(role, { name }).first();
    // The button of a segment is one that only its words show.
    if ((await found.count()) > 0 && (role !== 'radio' || (await found.isVisible()))) return found;
  }
  return page.getByText(name).first();
}

function split(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
