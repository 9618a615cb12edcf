import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { guardProcess, releaseProcess } from '../../support/process-guard.ts';
import { childEnvironment } from './child-environment.ts';
import { PageFaults } from './page-faults.ts';
import { electronTool, READY_WHEN_ATTACHED, SANDBOX_SWITCHES } from './window-tools.ts';
import { startDisplay } from './xvfb.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const START_TIMEOUT_MS = 60_000;
const END_TIMEOUT_MS = 15_000;
/** Shown by an error when the application does not come up, at most. */
const OUTPUT_CHARACTERS = 20_000;

export interface WindowOptions {
  /** Where the application keeps its data; a folder that is given stays, any other is gone with the window. */
  readonly userDataDir?: string;
  /** Added to the environment of the test run. */
  readonly env?: Readonly<Record<string, string>>;
  /** Added to the application's command line. */
  readonly args?: readonly string[];
}

/** The application in a real window on a display of its own. */
export interface ElectronWindow {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly userDataDir: string;
  /** What the page complained of so far. */
  readonly faults: readonly string[];
  /** What the application has printed so far, its engines included. */
  readonly output: () => string;
  /** Ends the application, at once if it does not end by itself, and everything around it. */
  close(): Promise<void>;
}

/** Starts dist/main/main.mjs and waits for the window's page. @throws Error with the application's output */
export async function openWindow(options: WindowOptions = {}): Promise<ElectronWindow> {
  const userDataDir = options.userDataDir ?? mkdtempSync(path.join(tmpdir(), 'lockstep-window-'));
  const display = await startDisplay();
  const release = async (): Promise<void> => {
    await display.close();
    if (options.userDataDir === undefined)
      rmSync(userDataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  let output = '';
  let app: ElectronApplication | undefined;
  try {
    app = await _electron.launch({
      executablePath: electronTool().program,
      args: [
        ...READY_WHEN_ATTACHED,
        ...SANDBOX_SWITCHES,
        ROOT,
        `--user-data-dir=${userDataDir}`,
        ...(options.args ?? []),
      ],
      cwd: ROOT,
      env: { ...childEnvironment(), ...options.env, ...display.env },
      timeout: START_TIMEOUT_MS,
    });
    const child = app.process();
    const pid = child.pid!;
    guardProcess(pid);
    child.once('exit', () => releaseProcess(pid));
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-OUTPUT_CHARACTERS)));
    const faults = new PageFaults();
    app.on('window', (page) => faults.watch(page));
    for (const page of app.windows()) faults.watch(page);
    const page = await app.firstWindow({ timeout: START_TIMEOUT_MS });
    await page.waitForLoadState('load');
    return {
      app,
      page,
      userDataDir,
      faults: faults.list,
      output: () => output,
      close: async () => {
        await endApplication(app!, child);
        await release();
      },
    };
  } catch (error) {
    if (app) await endApplication(app, app.process());
    await release();
    throw new Error(`the window did not open; the application printed:\n${output}`, { cause: error });
  }
}

/** An application that asks whether it really shall end, or hangs, is killed. */
async function endApplication(app: ElectronApplication, child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const closing = app.close().catch(() => undefined);
  const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
  await closing;
}
