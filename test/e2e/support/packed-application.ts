import { chromium, type Browser, type Page } from 'playwright-core';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../../support/eventually.ts';
import { guardProcess, releaseProcess } from '../../support/process-guard.ts';
import { childEnvironment } from './child-environment.ts';
import { electronTool, SANDBOX_SWITCHES } from './window-tools.ts';
import { startDisplay } from './xvfb.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const BUILDER = path.join(ROOT, 'node_modules/electron-builder/cli.js');
const PACK_TIMEOUT_MS = 90_000;
const START_TIMEOUT_MS = 60_000;
const END_TIMEOUT_MS = 15_000;

/**
 * Packs the application for this system as a plain folder, without an installer and without the network.
 * @returns the folder
 */
export async function packDirectory(output: string): Promise<string> {
  const { program, version } = electronTool();
  const args = ['--dir', '--publish', 'never'];
  const overrides = {
    electronDist: path.dirname(program),
    electronVersion: version,
    'directories.output': output,
  };
  for (const [name, value] of Object.entries(overrides)) args.push(`-c.${name}=${value}`);
  const options = { cwd: ROOT, env: childEnvironment(), timeout: PACK_TIMEOUT_MS };
  await promisify(execFile)(process.execPath, [BUILDER, ...args], options);
  return path.join(output, 'linux-unpacked');
}

/** The packed application, reached by Chromium's own debugging port. */
export interface PackedApplication {
  readonly page: Page;
  readonly output: () => string;
  /** Resolves with the exit status once it has ended, null when it had to be killed for being late. */
  ended(): Promise<number | null>;
  /** Ends it at once, if it still runs, and the display. */
  dispose(): Promise<void>;
}

/**
 * Starts the program of a packed application. The fuse by which Playwright starts an Electron is off in it,
 * and the debugging port of Chromium, written into the user's folder, is what remains.
 */
export async function startPacked(program: string, userDataDir: string): Promise<PackedApplication> {
  const display = await startDisplay();
  const switches = [...SANDBOX_SWITCHES, `--user-data-dir=${userDataDir}`, '--remote-debugging-port=0'];
  const child = spawn(program, switches, {
    env: { ...childEnvironment(), ...display.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pid = child.pid!;
  guardProcess(pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit').then(([status]) => {
    releaseProcess(pid);
    return status as number | null;
  });
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  let browser: Browser | undefined;
  const dispose = async (): Promise<void> => {
    if (!hasEnded()) child.kill('SIGKILL');
    await exited;
    await browser?.close().catch(() => undefined);
    await display.close();
  };
  const ended = async (): Promise<number | null> => {
    const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
    const status = await exited;
    clearTimeout(timer);
    return status;
  };
  try {
    const portFile = path.join(userDataDir, 'DevToolsActivePort');
    await eventually(
      'the debugging port is open',
      () => hasEnded() || existsSync(portFile),
      START_TIMEOUT_MS,
    );
    const [port] = readFileSync(portFile, 'utf8').split('\n');
    browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    const [context] = browser.contexts();
    const page = context?.pages()[0] ?? (await context!.waitForEvent('page'));
    return { page, output: () => output, ended, dispose };
  } catch (error) {
    await dispose();
    throw new Error(`the packed application did not start; it printed:\n${output}`, { cause: error });
  }
}
