import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { RdbDecoder, type DecoderState } from '../protocol/rdb/decoder.ts';
import { CopyApplier, type CopyApplierOptions } from '../writer/copy/copy-applier.ts';
import type { TargetAbilities } from '../control/target-abilities.ts';
import type { CopyLines } from '../writer/copy/copy-lines.ts';
import { targetError } from '../control/target-error.ts';
import { printableKey } from '../protocol/resp/describe-command.ts';
import { MOST_SUSPECTS, type CrashWatch, type UnderWay } from '../watch/crash-watch.ts';
import { NextTurn } from '../pacing/next-turn.ts';
import { PACE_INTERVAL_MS, type Pace } from '../pacing/pace.ts';
import type { SourceFeed } from '../intake/source-feed.ts';
import { checkEnd, decodeSlice, SLICE_BYTES, SLICES_PER_TURN } from './snapshot-slice.ts';
import type { Clock } from '../world/clock.ts';

/** A copy can go on after the target's connection broke as long as no more than this, or half the spool, is decoded again. */
const REWIND_BYTES = 64 * 1024 * 1024;
const GATHER_BYTES = 128 * 1024;
const GATHER_MS = 2;
const PACED_SLICE_BYTES = 4096;

interface Marker {
  /** Commands sent before it. */
  readonly commands: number;
  readonly position: number;
  readonly state: DecoderState;
}

export interface CopyRunOptions extends Omit<CopyApplierOptions, 'outputs' | 'abilities' | 'onKey'> {
  /** See CrashWatch.suspects. */
  readonly suspects: CrashWatch['suspects'];
  readonly clock: Clock;
  readonly feed: SourceFeed;
  readonly targetNowMs: () => number;
  readonly pace: Pace;
  /** More of the snapshot stands on the target than ever before. */
  readonly onAdvanced: () => void;
  /** Every command of the snapshot was answered without an error. */
  readonly onCopied: () => void;
  readonly onError: (error: LockstepError) => void;
}

/** One full copy: from the snapshot in the feed's spool to a target, across connections of that target. */
export class CopyRun {
  private readonly options: CopyRunOptions;
  private decoder: RdbDecoder | undefined;
  private lines: CopyLines | undefined;
  private markers: Marker[] = [];
  private readonly nextTurn: NextTurn;
  private skipped = 0;
  private nodes = 0;
  private ended = false;
  private rewindable = true;
  private lostOffset = -1;
  private furthest = 0;
  /** The key that goes out by itself: it is the last one that was sent, and nothing follows before it is answered. */
  private alone: string | undefined;
  applier: CopyApplier | undefined;
  commands = 0;

  constructor(options: CopyRunOptions) {
    this.options = options;
    this.nextTurn = new NextTurn(options.clock, () => this.pump());
  }

  get keysDone(): number {
    return this.decoder?.keysDecoded ?? 0;
  }

  get bytesDone(): number {
    return this.decoder?.bytesConsumed ?? 0;
  }

  /** False when too much would have to be decoded again over a new connection, or another one has gone on without it. */
  get canGoOn(): boolean {
    return this.rewindable && this.markers.length > 0 && this.nodes === 1;
  }

  /** Begins, or goes on over a new connection with the first key that may not have arrived. */
  attach(lines: CopyLines, abilities: TargetAbilities): void {
    const { arena, feed } = this.options;
    this.lines = lines;
    this.nodes = lines.all.length;
    lines.hear({ onError: (text, what) => this.refused(text, what) });
    if (!this.decoder || !this.applier) {
      const { suspects } = this.options;
      this.applier = new CopyApplier({
        ...this.options,
        ...{ outputs: lines, abilities },
        onKey:
          suspects && ((db, buf, from, to) => suspects(buf, from, to) && this.goAlone(db, buf, from, to)),
      });
      this.decoder = new RdbDecoder(this.applier, arena);
    } else {
      const marker = this.markers[0]!;
      this.applier.attach(lines, marker.state);
      this.decoder.restore(marker.state);
      feed.cursor.rewind(marker.position);
      this.markers = [];
    }
    this.mark();
    this.pump();
  }

  detach(): void {
    this.lines = undefined;
    this.alone = undefined;
  }

  stop(): void {
    this.ended = true;
    this.lines = undefined;
  }

  /** The spool has got more. Small pieces are let gather for a moment: each turn costs a call of the kernel on both ends. */
  readable(): void {
    const { cursor, snapshot } = this.options.feed;
    if (snapshot || cursor.to - cursor.from >= GATHER_BYTES) this.pump();
    else this.nextTurn.after(GATHER_MS);
  }

  /** Decodes as much as the target's connection takes. */
  pump(): void {
    const { lines, decoder } = this;
    const { pace } = this.options;
    if (!lines || !decoder || this.ended) return;
    this.options.lateness.at(this.options.targetNowMs());
    try {
      for (let slices = 0; slices < SLICES_PER_TURN && !decoder.finished; slices++) {
        if (lines.busy) return lines.flush();
        // A value that has begun goes on to its end: half a command would look like a dead connection.
        if (pace.paused && decoder.atBoundary) break;
        if (this.alone !== undefined && decoder.atBoundary) {
          lines.flush();
          if (lines.answered < lines.commands) return;
          this.alone = undefined;
        }
        decoder.stopAtBoundary = pace.paused || this.alone !== undefined;
        if (pace.allowed(this.options.clock.now()) < 1) {
          lines.flush();
          return this.nextTurn.after(PACE_INTERVAL_MS);
        }
        if (!this.slice(lines, decoder)) break;
        if (slices === SLICES_PER_TURN - 1) this.nextTurn.after(0);
      }
      lines.flush();
      if (decoder.finished) this.finish(lines);
    } catch (error) {
      this.ended = true;
      this.options.onError(asLockstepError(error));
    }
  }

  private refused(text: string, what: string): void {
    if (!this.lines) return;
    this.detach();
    this.options.onError(targetError(text, what));
  }

  /** Replies have come: what they cover need not be decoded again. */
  progressed(): void {
    const { lines, markers } = this;
    if (!lines) return;
    const { answered } = lines;
    let drop = 0;
    while (drop + 1 < markers.length && markers[drop + 1]!.commands <= answered) drop += 1;
    if (drop > 0) markers.splice(0, drop);
    if (markers[0]) this.options.feed.cursor.release(markers[0].position);
    if (markers[0] && markers[0].position > this.furthest) {
      this.furthest = markers[0].position;
      this.options.onAdvanced();
    }
    this.readable();
  }

  /** What was sent over the connection that has just broken, and not answered. */
  underWay(): UnderWay | undefined {
    const { lines, alone, decoder } = this;
    if (!lines || lines.answered === lines.commands) return undefined;
    const keys = lines
      .unanswered(MOST_SUSPECTS)
      .map(([name, first = '', second = '']) => (name === 'RENAME' || name === 'SREM' ? second : first));
    // A value that is built in parts has another name until it is whole.
    if (decoder && !decoder.atBoundary && this.applier) keys.unshift(this.applier.presentKey);
    return { alone, keys, streamUntil: 0 };
  }

  private goAlone(db: number, buf: Buffer, from: number, to: number): void {
    this.alone = `key ${printableKey(buf, from, to)} of database ${this.options.databases.sourceDb(db)}`;
    this.decoder!.stopAtBoundary = true;
  }

  private slice(lines: CopyLines, decoder: RdbDecoder): boolean {
    const { feed, pace } = this.options;
    const limit = pace.limited ? PACED_SLICE_BYTES : SLICE_BYTES;
    const { commands: commandsBefore, bytes: bytesBefore } = lines;
    const taken = decodeSlice(feed, decoder, limit);
    const sent = lines.commands - commandsBefore;
    this.commands += sent;
    pace.used(sent, lines.bytes - bytesBefore);
    if (taken) this.mark();
    return taken;
  }

  private mark(): void {
    const { decoder, lines, markers } = this;
    const { cursor, capacityBytes } = this.options.feed;
    if (!decoder || !lines) return;
    const state = decoder.state();
    if (!this.rewindable && state.offset === this.lostOffset) return;
    this.rewindable = true;
    const position = cursor.readPosition - (decoder.bytesConsumed - state.offset);
    const last = markers.at(-1);
    if (!last || last.position < position) markers.push({ commands: lines.commands, position, state });
    // A full spool gets no more of the value before some of it is released.
    const most = Math.min(REWIND_BYTES, capacityBytes / 2);
    if (cursor.readPosition - markers[0]!.position <= most) return;
    // A single value is larger than what may be held: until it ends, a broken connection means a new copy.
    this.rewindable = false;
    this.lostOffset = state.offset;
    this.markers = [];
    cursor.release(cursor.readPosition);
  }

  /** Past the end of the RDB: skips the end mark, and waits for the last answers. */
  private finish(lines: CopyLines): void {
    const { feed } = this.options;
    const extent = feed.snapshot;
    if (!extent || lines.answered < lines.commands) return;
    const { cursor } = feed;
    if (this.skipped === 0) checkEnd(feed, this.decoder!);
    while (cursor.readPosition < extent.streamStart && cursor.to > cursor.from) {
      const bytes = Math.min(cursor.to - cursor.from, extent.streamStart - cursor.readPosition);
      this.skipped += bytes;
      cursor.consume(cursor.from + bytes);
    }
    if (cursor.readPosition < extent.streamStart) return;
    this.ended = true;
    cursor.release(extent.streamStart);
    this.options.onCopied();
  }
}
