import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { guardProcess, releaseProcess } from '../../support/process-guard.ts';
import { childEnvironment } from './child-environment.ts';
import { PageFaults } from './page-faults.ts';
import { chromiumProgram, SANDBOX_SWITCHES } from './window-tools.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const START_TIMEOUT_MS = 30_000;
const END_TIMEOUT_MS = 15_000;
/** With what follows it, so that half a link is none. */
const LINK = /(http:\/\/127\.0\.0\.1:\d+\/\S*)\s/;

export interface BrowserHostOptions {
  /** Where the application keeps its data; a folder that is given stays, any other is gone with the host. */
  readonly dataDir?: string;
  /** Added to the environment of the test run. */
  readonly env?: Readonly<Record<string, string>>;
  /** The script with its first arguments that is to serve, from the checkout; `lockstep serve` when left out. */
  readonly command?: readonly string[];
  /** Added to `--port 0 --data-dir …`. */
  readonly args?: readonly string[];
}

/** A running `lockstep serve`. */
export interface BrowserHost {
  /** The one-time link that it printed. */
  readonly link: string;
  readonly dataDir: string;
  readonly pid: number;
  readonly output: () => string;
  /** Ends it as Ctrl-C does; resolves with its exit status, null when it had to be killed. */
  stop(): Promise<number | null>;
}

/** Opens an address; one of a link leads on to the page by itself. */
export async function followLink(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.waitForURL((url) => !url.pathname.startsWith('/open/'));
}

/** Starts the browser host of the build on a free port. @throws Error with its output when it prints no link */
export async function startBrowserHost(options: BrowserHostOptions = {}): Promise<BrowserHost> {
  const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'lockstep-browser-'));
  const command = options.command ?? ['dist/headless/cli.mjs', 'serve'];
  const args = [...command, '--port', '0', '--data-dir', dataDir, ...(options.args ?? [])];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...childEnvironment(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the browser host cannot be started');
  guardProcess(pid);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = once(child, 'exit').then(([status]) => {
    releaseProcess(pid);
    return status as number | null;
  });
  const output = (): string => `${stdout}${stderr}`;
  const stop = async (): Promise<number | null> => {
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
    const status = await exited;
    clearTimeout(timer);
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    return status;
  };
  const printed = (): string | undefined => LINK.exec(stdout)?.[1];
  try {
    await eventually(
      'the browser host prints its link',
      () => printed() !== undefined || child.exitCode !== null,
      START_TIMEOUT_MS,
    );
    const link = printed();
    if (link === undefined) throw new Error(`it ended with status ${child.exitCode}`);
    return { link, dataDir, pid, output, stop };
  } catch (error) {
    await stop();
    throw new Error(`the browser host did not start; it printed:\n${output()}`, { cause: error });
  }
}

/** Chromium with one page. */
export interface BrowserPage {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page complained of so far. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** Opens an address, such as the link of a browser host, in a Chromium of its own. */
export async function openInChromium(address: string): Promise<BrowserPage> {
  const browser = await chromium.launch({ executablePath: chromiumProgram(), args: [...SANDBOX_SWITCHES] });
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const faults = new PageFaults();
    faults.watch(page);
    await followLink(page, address);
    return { browser, context, page, faults: faults.list, close: () => browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
