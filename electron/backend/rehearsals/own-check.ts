import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { RehearsalReport } from '../../../shared/rehearsal/report.ts';
import { withoutPasswords } from '../without-passwords.ts';

type OwnCheck = NonNullable<RehearsalReport['ownCheck']>;

/**
 * What the user wants to see pass: a command of a shell, which passes with status 0; `http://…` or `https://…`, which passes with a status
 * of 200 to 299; or `tcp://host:port`, which passes when it is connected. Ended as failed after `mostMs`. What it prints goes to the terminal of
 * whoever has named it, and nowhere else.
 */
export async function runOwnCheck(check: string, mostMs: number, signal: AbortSignal): Promise<OwnCheck> {
  const beganMs = performance.now();
  const ended = AbortSignal.any([signal, AbortSignal.timeout(Math.max(1, mostMs))]);
  const status = await statusOf(check, ended).catch(() => null);
  const passed = status !== null && (isWeb(check) ? status >= 200 && status < 300 : status === 0);
  return { status, passed, tookMs: Math.round(performance.now() - beganMs) };
}

const isWeb = (check: string): boolean => /^https?:\/\//i.test(check);

function statusOf(check: string, ended: AbortSignal): Promise<number | null> {
  if (isWeb(check)) return webStatus(check, ended);
  const place = /^tcp:\/\/(.+):(\d{1,5})$/i.exec(check);
  return place
    ? connected(place[1]!.replace(/^\[(.*)\]$/, '$1'), Number(place[2]), ended)
    : shell(check, ended);
}

async function webStatus(address: string, signal: AbortSignal): Promise<number> {
  const answer = await fetch(address, { signal, redirect: 'manual' });
  await answer.body?.cancel();
  return answer.status;
}

const connected = (host: string, port: number, signal: AbortSignal): Promise<number | null> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (status: number | null) => (): void => {
      socket.destroy();
      resolve(status);
    };
    socket.once('connect', settle(0));
    socket.once('error', settle(null));
    signal.addEventListener('abort', settle(null), { once: true });
  });

/** The passwords of the two servers are not for it. A process group of its own, so that all of it can be ended. */
const shell = (command: string, signal: AbortSignal): Promise<number | null> =>
  new Promise((resolve) => {
    const posix = process.platform !== 'win32';
    const child = spawn(command, {
      shell: true,
      detached: posix,
      env: withoutPasswords(process.env),
      stdio: ['ignore', 2, 2],
    });
    child.once('error', () => resolve(null));
    child.once('exit', (status) => resolve(status));
    signal.addEventListener('abort', () => end(child.pid, posix), { once: true });
  });

function end(pid: number | undefined, group: boolean): void {
  if (pid === undefined) return;
  try {
    process.kill(group ? -pid : pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
