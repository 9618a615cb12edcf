import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { guardProcess, releaseProcess } from './process-guard.ts';

const START_TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 20;

/** Servers before 2.8.18 do not know it; a replica that waits 5 s for company would slow every test down. */
const OPTIONAL_ARGS = ['--repl-diskless-sync-delay', '0'];

/** A running server and everything that it has printed so far. */
export interface Launched {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly log: () => string;
  readonly exited: Promise<void>;
}

export interface LaunchPlan {
  readonly binary: string;
  readonly port: number;
  readonly dir: string;
  readonly args: readonly string[];
  readonly password: string | undefined;
}

/** Starts a server and waits until it answers PING; throws an Error with its log when it does not. */
export async function launch(plan: LaunchPlan): Promise<Launched> {
  try {
    return await launchOnce(plan, OPTIONAL_ARGS);
  } catch (error) {
    if (error instanceof Error && error.message.includes('Bad directive')) return launchOnce(plan, []);
    throw error;
  }
}

async function launchOnce(plan: LaunchPlan, optional: readonly string[]): Promise<Launched> {
  const base = ['--port', String(plan.port), '--bind', '127.0.0.1', '--dir', plan.dir, '--daemonize', 'no'];
  const quiet = ['--save', '', '--appendonly', 'no'];
  const secret = plan.password === undefined ? [] : ['--requirepass', plan.password];
  // The caller's arguments come last, since the last one of a name holds.
  const child = spawn(plan.binary, [...base, ...quiet, ...optional, ...secret, ...plan.args], {
    cwd: plan.dir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  let ended: string | undefined;
  const { pid } = child;
  if (pid !== undefined) guardProcess(pid);
  const hasEnded = (): boolean => ended !== undefined;
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      ended = error.message;
      resolve();
    });
    // `close` and not `exit`: by then all of the log has arrived.
    child.once('close', (code, signal) => {
      ended ??= `it ended with ${signal ?? `status ${code}`}`;
      if (pid !== undefined) releaseProcess(pid);
      resolve();
    });
  });

  const deadline = performance.now() + START_TIMEOUT_MS;
  while (pid !== undefined && !hasEnded() && performance.now() < deadline) {
    if (await serves(pid, plan.port, plan.password)) return { child, pid, log: () => log, exited };
    await sleep(POLL_INTERVAL_MS);
  }
  child.kill('SIGKILL');
  await exited;
  throw new Error(`${plan.binary} did not start on port ${plan.port}: ${ended ?? 'no answer'}\n${log}`);
}

/**
 * True once the process `pid` serves commands on the port: a server that still loads its data answers
 * -LOADING, and a server of somebody else has another process id.
 */
function serves(pid: number, port: number, password: string | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    let reply = '';
    const answer = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(1_000, () => answer(false));
    socket.once('error', () => answer(false));
    socket.once('close', () => answer(false));
    const auth = password === undefined ? '' : `AUTH ${password}\r\n`;
    socket.once('connect', () => socket.write(`${auth}PING\r\nINFO server\r\n`));
    socket.on('data', (chunk) => {
      reply += chunk.toString();
      const id = /^process_id:(\d+)\r$/m.exec(reply)?.[1];
      if (id !== undefined) answer(Number(id) === pid && reply.includes('+PONG'));
      // A password or an ACL that came through `args` is not known here, but only a server that is up asks.
      else if (/^-(NOAUTH|NOPERM|ERR operation not permitted)/m.test(reply)) answer(true);
      else if (reply.startsWith('-')) answer(false);
    });
  });
}
