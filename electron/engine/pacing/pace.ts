import type { Limits } from '../../../shared/contract/engine-messages.ts';

/** When the pace holds the appliers back, they look again after this time. */
export const PACE_INTERVAL_MS = 20;
/**
 * A limit of bytes is at least this much. With less, a value of half a megabyte would keep the target's connection silent
 * for so long that it would be taken for dead.
 */
export const LEAST_BYTES_PER_SECOND = 64 * 1024;
/** What may be sent at once, as a share of a second. */
const BURST_S = 0.1;

/** Commands and bytes per second that all of a task may send together, each with a bucket of a tenth of a second; 0 is without limit. */
export class RateLimit {
  private commandsPerSecond = 0;
  private bytesPerSecond = 0;
  private commandCredit = 0;
  private byteCredit = 0;
  private lastMs: number;

  constructor(limits: Limits, nowMs: number) {
    this.lastMs = nowMs;
    this.set(limits);
  }

  /** What was sent beyond the limits before is forgotten. */
  set(limits: Limits): void {
    const { maxCommandsPerSecond, maxBytesPerSecond } = limits;
    this.commandsPerSecond = maxCommandsPerSecond;
    this.bytesPerSecond = maxBytesPerSecond === 0 ? 0 : Math.max(LEAST_BYTES_PER_SECOND, maxBytesPerSecond);
    this.commandCredit = 0;
    this.byteCredit = 0;
  }

  get limited(): boolean {
    return this.commandsPerSecond > 0 || this.bytesPerSecond > 0;
  }

  /** How many commands may be sent now; none when the bytes are used up. */
  allowed(nowMs: number): number {
    if (!this.limited) return Infinity;
    // A clock that was set back must not cost credit.
    const elapsedS = Math.max(0, nowMs - this.lastMs) / 1000;
    this.lastMs = nowMs;
    const { commandsPerSecond, bytesPerSecond } = this;
    const mostCommands = Math.max(1, commandsPerSecond * BURST_S);
    this.commandCredit = Math.min(mostCommands, this.commandCredit + elapsedS * commandsPerSecond);
    this.byteCredit = Math.min(bytesPerSecond * BURST_S, this.byteCredit + elapsedS * bytesPerSecond);
    if (bytesPerSecond > 0 && this.byteCredit < 1) return 0;
    return commandsPerSecond === 0 ? Infinity : Math.floor(this.commandCredit);
  }

  /** How many bytes should be sent now at most, as of the last `allowed`; more is made up for later. */
  get allowedBytes(): number {
    return this.bytesPerSecond === 0 ? Infinity : Math.max(1, Math.floor(this.byteCredit));
  }

  used(commands: number, bytes: number): void {
    if (this.commandsPerSecond > 0) this.commandCredit -= commands;
    if (this.bytesPerSecond > 0) this.byteCredit -= bytes;
  }
}

/**
 * How fast one part of a task, or all of it, may send to its target, and whether it may send at all: while `paused`, the appliers go on to
 * the next place where they can be cut and stop there. One for the copy and the stream, so that what is set holds for both, at once.
 */
export class Pace {
  private readonly limit: RateLimit;
  paused = false;

  constructor(limit: RateLimit) {
    this.limit = limit;
  }

  set(limits: Limits): void {
    this.limit.set(limits);
  }

  get limited(): boolean {
    return this.limit.limited;
  }

  allowed(nowMs: number): number {
    return this.limit.allowed(nowMs);
  }

  get allowedBytes(): number {
    return this.limit.allowedBytes;
  }

  used(commands: number, bytes: number): void {
    this.limit.used(commands, bytes);
  }
}
