import type { ConsoleMessage, Page } from 'playwright-core';

/** What a page complained of: errors of the console, exceptions that nobody caught, and a crash. */
export class PageFaults {
  readonly list: string[] = [];

  /** Listens from now on, so it has to be there before the page loads what matters. */
  watch(page: Page): void {
    page.on('console', (message) => {
      if (message.type() === 'error') this.list.push(describe(message));
    });
    page.on('pageerror', (error) => this.list.push(`uncaught: ${error.message}`));
    page.on('crash', () => this.list.push('the page crashed'));
  }
}

function describe(message: ConsoleMessage): string {
  const { url, lineNumber } = message.location();
  return url === '' ? message.text() : `${message.text()} (${url}:${lineNumber + 1})`;
}
