import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { openInChromium, startBrowserHost, type BrowserHost, type BrowserPage } from './browser-host.ts';
import { openWindow, type ElectronWindow } from './electron-window.ts';

/** The button that ends the application although tasks run. */
const STOP_TASKS_AND_QUIT = 0;

/** The application as its user has it, on data that survive its end. */
export interface Application {
  /** Another one after each restart. */
  readonly page: Page;
  /** What the page complained of since it was opened last. */
  readonly faults: readonly string[];
  /** Where all that it stores lies. */
  readonly dataDir: string;
  /** Ends it as its user would, whatever runs, and opens it again on the same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** The desktop's window. */
export async function openDesktop(): Promise<Application> {
  const dataDir = temporaryFolder();
  let opened: ElectronWindow = await openWindow({ userDataDir: dataDir });
  const end = async (): Promise<void> => {
    if (opened.app.process().exitCode === null)
      await opened.app.evaluate(({ dialog }, response) => {
        dialog.showMessageBox = async () => ({ response, checkboxChecked: false });
      }, STOP_TASKS_AND_QUIT);
    await opened.close();
  };
  return {
    get page() {
      return opened.page;
    },
    get faults() {
      return opened.faults;
    },
    dataDir,
    restart: async () => {
      await end();
      opened = await openWindow({ userDataDir: dataDir });
    },
    close: async () => {
      await end();
      remove(dataDir);
    },
  };
}

/** A browser at the page of `lockstep serve`. */
export async function openBrowser(): Promise<Application> {
  const dataDir = temporaryFolder();
  let host: BrowserHost = await startBrowserHost({ dataDir });
  let opened: BrowserPage = await openInChromium(host.link);
  const end = async (): Promise<void> => {
    await opened.close();
    await host.stop();
  };
  return {
    get page() {
      return opened.page;
    },
    get faults() {
      return opened.faults;
    },
    dataDir,
    restart: async () => {
      await end();
      host = await startBrowserHost({ dataDir });
      opened = await openInChromium(host.link);
    },
    close: async () => {
      await end();
      remove(dataDir);
    },
  };
}

const temporaryFolder = (): string => mkdtempSync(path.join(tmpdir(), 'lockstep-journey-'));
const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
