import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { Metrics } from '../../shared/model/metrics.ts';
import { guardProcess, releaseProcess } from './process-guard.ts';

const CLI = path.join(import.meta.dirname, '../../dist/headless/cli.mjs');
const DEADLINE_MS = 60_000;
const POLL_MS = 20;
/** How much of the output an error of a test shows. */
const SHOWN_CHARACTERS = 4000;

const running = new Set<RunningCli>();

export interface CliOptions {
  /** Added to the environment of the test run, of which LOCKSTEP_* and NODE_EXTRA_CA_CERTS are left out. */
  readonly env?: Readonly<Record<string, string>>;
  /** The command line is killed and the test fails when it still runs after this time. */
  readonly deadlineMs?: number;
}

/** A command line that has ended. */
export interface CliResult {
  /** null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** One object a line on standard output, with --json. */
export type CliObject =
  | ({ readonly type: 'metrics' } & Metrics)
  | { readonly type: 'event'; readonly severity: string; readonly code?: ErrorCode; readonly text: string }
  | { readonly type: 'finished'; readonly outcome: Readonly<Record<string, unknown>> }
  | {
      readonly type: 'error';
      readonly code: ErrorCode;
      readonly title: string;
      readonly fact: string;
      readonly cause: string;
      readonly remedy: string;
      readonly exit: number;
    };

/** The built command line, as `npm run build` leaves it: the integration tests build it before they begin. */
export class RunningCli {
  readonly #child: ChildProcess;
  readonly #startedMs = performance.now();
  readonly #exited: Promise<CliResult>;
  #stdout = '';
  #stderr = '';
  #ended = false;

  constructor(args: readonly string[], options: CliOptions = {}) {
    const { deadlineMs = DEADLINE_MS } = options;
    this.#child = spawn(process.execPath, [CLI, ...args], {
      env: { ...cleanEnv(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this);
    const { pid } = this.#child;
    if (pid !== undefined) guardProcess(pid);
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    let late = false;
    const deadline = setTimeout(() => {
      late = true;
      this.#child.kill('SIGKILL');
    }, deadlineMs);
    this.#exited = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (status) => {
        clearTimeout(deadline);
        this.#ended = true;
        running.delete(this);
        if (pid !== undefined) releaseProcess(pid);
        const durationMs = performance.now() - this.#startedMs;
        if (late)
          reject(new Error(`lockstep ${args.join(' ')} still ran after ${deadlineMs} ms:\n${this.#tail}`));
        else resolve({ status, stdout: this.#stdout, stderr: this.#stderr, durationMs });
      });
    });
    // Told by whoever waits for it.
    this.#exited.catch(() => undefined);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The process id of its engine (Linux, or wherever there is pgrep). */
  get enginePid(): number {
    const children = `/proc/${this.pid}/task/${this.pid}/children`;
    const text = existsSync(children)
      ? readFileSync(children, 'utf8')
      : execFileSync('pgrep', ['-P', String(this.pid)], { encoding: 'utf8' });
    const pid = Number(text.trim().split(/\s+/)[0]);
    if (!(pid > 0)) throw new Error(`no engine runs under process ${this.pid}`);
    return pid;
  }

  /** Everything printed so far. */
  get #all(): string {
    return `${this.#stdout}\n${this.#stderr}`;
  }

  /** Everything printed on standard output so far. */
  get output(): string {
    return this.#stdout;
  }

  get #tail(): string {
    return this.#all.slice(-SHOWN_CHARACTERS);
  }

  /** Resolves when it has ended by itself; rejects past the deadline. */
  get exited(): Promise<CliResult> {
    return this.#exited;
  }

  /** What has been printed so far with --json. */
  get objects(): CliObject[] {
    return objectsOf(this.#stdout);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals = 'SIGINT'): Promise<CliResult> {
    this.kill(signal);
    return this.#exited;
  }

  /** Waits until its output matches. */
  async printed(pattern: RegExp, timeoutMs = 30_000): Promise<void> {
    await this.until(() => pattern.test(this.#all), `it prints ${pattern}`, timeoutMs);
  }

  /** Waits, with --json, until one of the objects is as wanted. */
  async reported<T extends CliObject>(
    wanted: (object: CliObject) => object is T,
    timeoutMs?: number,
  ): Promise<T>;
  async reported(wanted: (object: CliObject) => boolean, timeoutMs?: number): Promise<CliObject>;
  async reported(wanted: (object: CliObject) => boolean, timeoutMs = 30_000): Promise<CliObject> {
    let found: CliObject | undefined;
    await this.until(() => (found = this.objects.find(wanted)) !== undefined, String(wanted), timeoutMs);
    return found!;
  }

  /** Waits, with --json, until both sides are in step. */
  async inStep(timeoutMs = 30_000): Promise<void> {
    await this.reported((object) => object.type === 'metrics' && object.phase === 'in-step', timeoutMs);
  }

  /** Polls while the command line runs; throws with its output when it ends or the time is over first. */
  async until(condition: () => boolean | Promise<boolean>, what: string, timeoutMs = 30_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const ended = this.#ended;
      if (await condition()) return;
      if (ended) throw new Error(`lockstep ended before ${what}:\n${this.#tail}`);
      if (performance.now() > deadline)
        throw new Error(`not within ${timeoutMs} ms: ${what}:\n${this.#tail}`);
      await sleep(POLL_MS);
    }
  }
}

export const startCli = (args: readonly string[], options?: CliOptions): RunningCli =>
  new RunningCli(args, options);

/** Runs it to its end. */
export const runCli = (args: readonly string[], options?: CliOptions): Promise<CliResult> =>
  startCli(args, options).exited;

/** Kills what a failed test has left running, so that the next one has the servers for itself. */
export async function killLeftovers(): Promise<void> {
  await Promise.all([...running].map((run) => run.end('SIGKILL').catch(() => undefined)));
}

/** The whole lines of --json. @throws SyntaxError for a line that is no JSON */
export function objectsOf(stdout: string): CliObject[] {
  const lines = stdout.slice(0, stdout.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as CliObject);
}

function cleanEnv(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of Object.keys(env))
    if (name.startsWith('LOCKSTEP_') || name === 'NODE_EXTRA_CA_CERTS') delete env[name];
  return env;
}
