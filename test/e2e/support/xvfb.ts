import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { guardProcess, releaseProcess } from '../../support/process-guard.ts';
import { xvfbProgram } from './window-tools.ts';

/** Larger than any window of the tests. */
const SCREEN = '1920x1200x24';
const START_TIMEOUT_MS = 20_000;

/** A display that nobody sees. */
export interface Display {
  /** To be merged into the environment of the program that opens windows. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts an X server of our own; on systems without X the display is the user's. */
export async function startDisplay(): Promise<Display> {
  const program = xvfbProgram();
  if (program === undefined) return { env: {}, close: async () => undefined };
  // It chooses a free number itself and writes it to descriptor 3 when it is ready.
  const child = spawn(program, ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} cannot be started`);
  guardProcess(pid);
  const close = async (): Promise<void> => {
    child.kill();
    await exited;
    releaseProcess(pid);
  };
  try {
    const number = await readLine(child.stdio[3] as Readable);
    return { env: { DISPLAY: `:${number}`, WAYLAND_DISPLAY: '' }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readLine(stream: Readable): Promise<string> {
  const signal = AbortSignal.timeout(START_TIMEOUT_MS);
  let text = '';
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.includes('\n')) return text.trim();
    signal.throwIfAborted();
  }
  throw new Error('Xvfb ended before it told its display');
}
