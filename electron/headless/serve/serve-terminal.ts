import os from 'node:os';
import type { ReadStream, WriteStream } from 'node:tty';
import type { BrowserHost } from './browser-host.ts';
import { SAME_WITHIN_MS } from './until-asked-to-end.ts';

/** What is typed to sign all browsers out; Enter alone prints a link. */
const SIGN_OUT = 'out';
/** Asks a host without a terminal for a new link. */
const NEW_LINK_SIGNAL = 'SIGUSR2';

/** What the person at the terminal reads, and the Enter key. */
export class ServeTerminal {
  readonly #stdin: ReadStream | NodeJS.ReadStream;
  readonly #stdout: WriteStream | NodeJS.WriteStream;
  readonly #stderr: WriteStream | NodeJS.WriteStream;
  #printLink: (() => void) | undefined;
  #signOut: (() => void) | undefined;
  #signals = 0;
  #firstSignalAtMs = 0;
  /** Whether what is printed goes to a terminal. nohup sends it elsewhere, and so does whoever is not to be waited for. */
  readonly isTerminal: boolean;

  constructor(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream) {
    this.#stdin = stdin;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.isTerminal = stdout.isTTY || stderr.isTTY;
    // A terminal that has gone away is no reason to end the tasks.
    stdout.on('error', () => undefined);
    stderr.on('error', () => undefined);
    process.on('uncaughtException', this.#onFault);
    process.on('unhandledRejection', this.#onFault);
  }

  line(text: string): void {
    this.#stdout.write(`${text}\n`);
  }

  /** A fault of ours; the tasks go on. */
  fault(error: unknown, during: string): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#stderr.write(`A fault in Lockstep itself (${during}): ${text}\n`);
  }

  /** Says how the page is reached, and prints another link whenever it is asked for. */
  greet(host: BrowserHost, address: string): void {
    const { port } = host;
    const shown = address.includes(':') ? `[${address}]` : address;
    const tunnel = `ssh -L ${port}:${shown}:${port} ${userName()}@${os.hostname()}`;
    this.line('Lockstep is ready. Open this link in a browser; it works once, within ten minutes:\n');
    this.line(`  ${host.newLink()}\n`);
    this.line(`From another machine, first:  ${tunnel}`);
    const ways = this.#stdin.isTTY ? 'press Enter here' : `kill -${NEW_LINK_SIGNAL.slice(3)} ${process.pid}`;
    this.line(`For another link:  ${ways}`);
    if (this.#stdin.isTTY) this.line(`To sign all browsers out:  type ${SIGN_OUT} and press Enter`);
    this.line('To end:  Ctrl-C');
    this.#signOut = () => {
      host.signOut();
      this.line('\nNo browser is let in any more. For a link, press Enter.\n');
    };
    this.#printLink = () => this.line(`\n  ${host.newLink()}\n`);
    process.on(NEW_LINK_SIGNAL, this.#onSignal);
    if (this.#stdin.isTTY) this.#stdin.on('data', this.#onLine);
  }

  farewell(activeTasks: number): void {
    const tasks = activeTasks === 1 ? 'its task' : `its ${activeTasks} tasks`;
    this.line(
      activeTasks === 0
        ? '\nLockstep ends.'
        : `\nLockstep stops ${tasks}, which can be resumed at the next start. Ctrl-C once more ends at once.`,
    );
  }

  end(): void {
    process.off('uncaughtException', this.#onFault);
    process.off('unhandledRejection', this.#onFault);
    if (!this.#printLink) return;
    process.off(NEW_LINK_SIGNAL, this.#onSignal);
    this.#stdin.off('data', this.#onLine);
    this.#stdin.pause();
  }

  /** The first one comes twice (until-asked-to-end.ts): of two links, the one that is read first would be void already. */
  readonly #onSignal = (): void => {
    this.#signals += 1;
    const nowMs = performance.now();
    if (this.#signals === 1) this.#firstSignalAtMs = nowMs;
    if (this.#signals === 2 && nowMs - this.#firstSignalAtMs < SAME_WITHIN_MS) return;
    this.#printLink?.();
  };

  readonly #onLine = (typed: Buffer | string): void => {
    if (String(typed).trim().toLowerCase() === SIGN_OUT) this.#signOut?.();
    else this.#printLink?.();
  };

  readonly #onFault = (error: unknown): void => this.fault(error, 'unexpected');
}

/** An account that the system has no name for, as in some containers, is no reason not to start. */
function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return process.env['USER'] ?? 'user';
  }
}
