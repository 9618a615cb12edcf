import { chromium, type Page } from 'playwright-core';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { eventually } from '../support/eventually.ts';
import { guardProcess, releaseProcess } from '../support/process-guard.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const START_TIMEOUT_MS = 60_000;
const END_TIMEOUT_MS = 10_000;
const DEVTOOLS = /DevTools listening on (ws:\S+)/;

/** The built application in a window, started as `npm start` starts it, with nothing but a debugging port besides. */
export interface MeasuredWindow {
  readonly page: Page;
  /** The clock's time at which its process was started. */
  readonly startedAtMs: number;
  /** The processes of the application now, by what they are for. */
  processes(): ReadonlyMap<string, readonly number[]>;
  close(): Promise<void>;
}

/** An X server for as long as the measurement takes. */
export async function openDisplay(): Promise<{ readonly name: string; close(): Promise<void> }> {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  guardProcess(child.pid!);
  const [number] = (await once(child.stdio[3] as Readable, 'data')) as [Buffer];
  return { name: `:${number.toString().trim()}`, close: () => end(child) };
}

/** `--electron <path>`, or the Electron of the tests. @throws Error when there is none */
export async function electronProgram(): Promise<string> {
  const at = process.argv.indexOf('--electron');
  const given = at < 0 ? undefined : process.argv[at + 1];
  if (given !== undefined) return given;
  const script = path.join(ROOT, 'scripts/bootstrap/electron-fallback.mjs');
  const { fallbackElectron } = (await import(script)) as {
    fallbackElectron: () => Promise<{ program?: string; missing?: string }>;
  };
  const { program, missing } = await fallbackElectron();
  if (program === undefined) throw new Error(missing);
  return program;
}

/** `dataDir` is kept, any other folder is gone with the window. */
export async function openMeasuredWindow(
  program: string,
  display: string,
  dataDir?: string,
): Promise<MeasuredWindow> {
  const folder = dataDir ?? mkdtempSync(path.join(tmpdir(), 'lockstep-bench-'));
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const args = [...sandbox, '--remote-debugging-port=0', ROOT, `--user-data-dir=${folder}`];
  const startedAtMs = Date.now();
  const child = spawn(program, args, {
    env: { ...process.env, DISPLAY: display, WAYLAND_DISPLAY: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const pid = child.pid!;
  guardProcess(pid);
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const close = async (): Promise<void> => {
    await end(child);
    if (dataDir === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await eventually('the debugging port is open', () => DEVTOOLS.test(output), START_TIMEOUT_MS);
    const address = DEVTOOLS.exec(output)![1]!;
    // Before there is a page, whoever connects may wait for ever.
    await eventually('the page is there', () => listsPage(address), START_TIMEOUT_MS);
    const browser = await chromium.connectOverCDP(address);
    const page = browser.contexts()[0]?.pages()[0];
    if (!page) throw new Error('the window has no page');
    return { page, startedAtMs, processes: () => family(pid), close };
  } catch (error) {
    await close();
    throw new Error(`the window did not open; the application printed:\n${output}`, { cause: error });
  }
}

async function listsPage(address: string): Promise<boolean> {
  const answer = await fetch(`http://${new URL(address).host}/json/list`);
  return ((await answer.json()) as { type: string }[]).some(({ type }) => type === 'page');
}

async function end(child: ChildProcess): Promise<void> {
  const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
  child.kill('SIGTERM');
  // The application asks before it ends while a task runs; nobody is there to answer.
  const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
  releaseProcess(child.pid!);
}

/** A process and all that descend from it, by the names of Chromium's own process types. */
function family(ancestor: number): ReadonlyMap<string, readonly number[]> {
  const byRole = new Map<string, number[]>([['main', [ancestor]]]);
  const known = new Set([ancestor]);
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
    .map((pid) => ({ pid, parent: parentOf(pid) }));
  for (const { pid, parent } of parents) {
    if (!known.has(parent)) continue;
    known.add(pid);
    const role = roleOf(pid);
    byRole.set(role, [...(byRole.get(role) ?? []), pid]);
  }
  return byRole;
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

function roleOf(pid: number): string {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').join(' ');
    if (words.includes('node.mojom.NodeService')) return 'engine';
    return /--type=([a-z-]+)/.exec(words)?.[1] ?? 'other';
  } catch {
    return 'gone';
  }
}
