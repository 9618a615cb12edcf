import type { Locator, Page } from 'playwright-core';

/** Where things are on the pages, by what a person or a screen reader finds them by. */

export const heading = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('heading', { level: 1, name });

export const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });

export const tab = (page: Page, name: string): Locator => page.getByRole('tab', { name });

/** One of the two cards of the first step. */
export const endpointCard = (page: Page, name: 'Source' | 'Target'): Locator =>
  page.getByRole('region', { name, exact: true });

/** Fills in a server as it would be typed. */
export async function enterServer(card: Locator, port: number, password?: string): Promise<void> {
  await card.getByLabel('Host').fill('127.0.0.1');
  await card.getByLabel('Port').fill(String(port));
  if (password !== undefined) await card.getByRole('textbox', { name: 'Password' }).fill(password);
}

/** The line of a check, by its title. */
export const checkRow = (page: Page, status: string, title: string): Locator =>
  page.getByRole('button', { name: new RegExp(`^${status} ${title}`) });

/** The status beside the name of the task: the strip below it has the same words for what has been. */
export const phase = (page: Page, word: string): Locator =>
  page.locator('main header [data-status]').filter({ hasText: new RegExp(`^${word}$`) });

export const dialog = (page: Page): Locator => page.getByRole('dialog');

/** Puts a text into what has been given the focus, as if it came from the clipboard. */
export async function paste(page: Page, focus: () => Promise<void>, text: string): Promise<void> {
  await focus();
  await page.evaluate((pasted) => {
    const data = new DataTransfer();
    data.setData('text/plain', pasted);
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  }, text);
}
