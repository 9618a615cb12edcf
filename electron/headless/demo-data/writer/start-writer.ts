import { setTimeout as pause } from 'node:timers/promises';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import { CommandBuffer } from '../command-buffer.ts';
import { Pipe } from '../pipe.ts';
import { readAbilities, type ServerAbilities } from '../server-abilities.ts';
import { ExecWriter } from './batch-writer.ts';

export interface WriterOptions {
  /** Commands per second, or as many as the server takes. */
  readonly ratePerSecond: number | 'full';
  readonly databases: readonly number[];
  /** How often it writes what the rate brings; 10 ms by default. Longer costs less where nobody measures. */
  readonly tickMs?: number;
  /** Decides keys and values, and the prefix of all keys. One writer per seed at a time. */
  readonly seed: number;
  /** What it makes no use of although the server can, for a follower that cannot. */
  readonly without?: readonly (keyof ServerAbilities)[];
  /** Go on when the server is killed and comes back, or is not there yet. By default `stop` then rejects. */
  readonly reconnect?: boolean;
}

export interface WriterCounts {
  /** Commands answered, with SELECT, MULTI and EXEC. */
  commands: number;
  /** Error replies among them; there are none unless something is wrong. */
  errors: number;
  /** The first few of the error replies. */
  errorSamples: string[];
  /** Connections opened after the first. */
  reconnects: number;
}

export interface Writer {
  /** The counts so far. */
  counts(): WriterCounts;
  /**
   * Stops writing, waits for the last replies and closes the connection.
   *
   * @throws LockstepError SOURCE_* when the connection broke and `reconnect` is not set
   */
  stop(): Promise<WriterCounts>;
}

/** At full rate this much is under way: enough to keep the server busy, little enough to lose in a crash. */
const WINDOW_COMMANDS = 2000;
const BATCH_COMMANDS = 200;
const TICK_MS = 10;
/** After a stall the writer catches up with no more than this. */
const LONGEST_DEBT_MS = 500;
const RETRY_MS = 100;

/**
 * Starts to write a realistic mixture of all kinds of commands to a server, on keys of its own that begin with
 * `w<seed>:`, over one connection, until it is stopped.
 */
export function startWriter(endpoint: Endpoint, options: WriterOptions): Writer {
  const totals: WriterCounts = { commands: 0, errors: 0, errorSamples: [], reconnects: 0 };
  let pipe: Pipe | undefined;
  let stopping = false;

  const count = (): void => {
    if (!pipe) return;
    totals.commands += pipe.answered;
    totals.errors += pipe.errors;
    for (const sample of pipe.errorSamples)
      if (totals.errorSamples.length < 5) totals.errorSamples.push(sample);
    pipe = undefined;
  };

  const writeUntilStopped = async (): Promise<void> => {
    const unused = Object.fromEntries((options.without ?? []).map((ability) => [ability, false]));
    const batches = new ExecWriter(options, { ...(await readAbilities(endpoint)), ...unused });
    const open = await Pipe.open(endpoint);
    pipe = open;
    const out = new CommandBuffer();
    batches.prepare(out);
    open.send(out);
    const pace =
      options.ratePerSecond === 'full'
        ? writeFull
        : writeAtRate(options.ratePerSecond, options.tickMs ?? TICK_MS);
    await pace(open, out, batches, () => stopping);
    await open.settled();
  };

  const run = async (): Promise<void> => {
    while (!stopping) {
      try {
        await writeUntilStopped();
      } catch (error) {
        if (!options.reconnect) throw error;
        if (pipe) totals.reconnects += 1;
        if (!stopping) await pause(RETRY_MS);
      } finally {
        pipe?.close();
        count();
      }
    }
  };

  const running = run();
  // Told by stop().
  running.catch(() => undefined);
  return {
    counts: () => ({
      ...totals,
      commands: totals.commands + (pipe?.answered ?? 0),
      errors: totals.errors + (pipe?.errors ?? 0),
    }),
    stop: async () => {
      stopping = true;
      await running;
      return totals;
    },
  };
}

type Pace = (pipe: Pipe, out: CommandBuffer, batches: ExecWriter, stopped: () => boolean) => Promise<void>;

const writeFull: Pace = async (pipe, out, batches, stopped) => {
  while (!stopped()) {
    batches.write(out, BATCH_COMMANDS);
    pipe.send(out);
    await pipe.room(WINDOW_COMMANDS);
  }
};

function writeAtRate(ratePerSecond: number, tickMs: number): Pace {
  return async (pipe, out, batches, stopped) => {
    let lastMs = performance.now();
    let owed = 0;
    while (!stopped()) {
      await pause(tickMs);
      const nowMs = performance.now();
      owed += (Math.min(nowMs - lastMs, LONGEST_DEBT_MS) * ratePerSecond) / 1000;
      lastMs = nowMs;
      while (owed >= 1) {
        owed -= batches.write(out, Math.min(owed, BATCH_COMMANDS));
        pipe.send(out);
      }
      await pipe.room(WINDOW_COMMANDS);
    }
  };
}
