import path from 'node:path';
import { describe, inject } from 'vitest';

/** A program of this machine, or why there is none. */
export type Tool<T> = T | { readonly missing: string };

/** What `scripts/bootstrap/window-tools.mjs` found or installed before the tests began. */
export interface WindowTools {
  /** `official` is false for the fallback of tools/electron-fallback. */
  readonly electron: Tool<{
    readonly missing?: undefined;
    readonly program: string;
    readonly version: string;
    readonly official: boolean;
  }>;
  /** Xvfb; null where windows need no X server of our own. */
  readonly display: Tool<{ readonly missing?: undefined; readonly program: string }> | null;
  readonly chromium: Tool<{ readonly missing?: undefined; readonly program: string }>;
}

declare module 'vitest' {
  export interface ProvidedContext {
    windowTools: WindowTools;
  }
}

const tools = inject('windowTools');

/** The reason stands in the group's name, so that the report of a run tells it with each test. */
function define(group: typeof describe, missing: string | undefined, name: string, tests: () => void): void {
  const title = missing === undefined ? name : `${name} (${missing})`;
  group(title, { skip: missing !== undefined }, tests);
}

/** A group of tests that open the window; skipped where there is no Electron or no display. */
export const describeWindow = (name: string, tests: () => void): void =>
  define(describe, tools.electron.missing ?? tools.display?.missing, name, tests);

/** The same for what has been taught one system only. */
export const describeWindowOnLinux = (name: string, tests: () => void): void => {
  const elsewhere = process.platform === 'linux' ? undefined : 'on Linux only';
  define(describe, elsewhere ?? tools.electron.missing ?? tools.display?.missing, name, tests);
};

/** A group of tests that open the page in Chromium; skipped where there is none. */
export const describeBrowser = (name: string, tests: () => void): void =>
  define(describe, tools.chromium.missing, name, tests);

/** The Electron of the tests. @throws Error where there is none: for groups of `describeWindow` */
export function electronTool(): { program: string; version: string; official: boolean } {
  if (tools.electron.missing !== undefined) throw new Error(tools.electron.missing);
  return tools.electron;
}

/** The path of Chromium. @throws Error where there is none: for groups of `describeBrowser` */
export function chromiumProgram(): string {
  if (tools.chromium.missing !== undefined) throw new Error(tools.chromium.missing);
  return tools.chromium.program;
}

/** The path of Xvfb, or undefined where windows need none. @throws Error where it is missing */
export function xvfbProgram(): string | undefined {
  if (tools.display === null) return undefined;
  if (tools.display.missing !== undefined) throw new Error(tools.display.missing);
  return tools.display.program;
}

/** Chromium refuses to sandbox a process of root. */
export const SANDBOX_SWITCHES: readonly string[] = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/**
 * Playwright's own module that keeps an application from being ready before Playwright is attached. It is loaded by itself
 * only with an Electron of Playwright's choosing; without it, a window that opens early is now and then never seen.
 */
export const READY_WHEN_ATTACHED: readonly string[] = [
  '-r',
  path.resolve(import.meta.dirname, '../../../node_modules/playwright-core/lib/server/electron/loader.js'),
];
