import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import type { Arena } from '../arena/arena.ts';
import type { SourceFeed } from '../intake/source-feed.ts';
import { RdbDecoder } from '../protocol/rdb/decoder.ts';
import type { KeyChoiceOptions } from '../writer/copy/key-choice.ts';
import { NameCollector, type NoteName } from '../writer/copy/name-collector.ts';
import { NextTurn } from '../pacing/next-turn.ts';
import { checkEnd, decodeSlice, SLICE_BYTES, SLICES_PER_TURN } from './snapshot-slice.ts';
import type { Clock } from '../world/clock.ts';

export interface NamePassOptions extends KeyChoiceOptions {
  readonly clock: Clock;
  readonly arena: Arena;
  readonly feed: SourceFeed;
  readonly noteName: NoteName;
  /** The snapshot is in the spool from its first byte to its last, and its checksum holds. */
  readonly onWhole: () => void;
  readonly onError: (error: LockstepError) => void;
}

/** Reads a snapshot while it arrives for the names of its keys, and leaves all of it in the spool to be read once more. */
export class NamePass {
  private readonly options: NamePassOptions;
  private readonly decoder: RdbDecoder;
  private readonly nextTurn: NextTurn;
  private ended = false;

  constructor(options: NamePassOptions) {
    this.options = options;
    this.nextTurn = new NextTurn(options.clock, () => this.pump());
    this.decoder = new RdbDecoder(new NameCollector(options, options.noteName), options.arena);
  }

  /** The spool has got more. */
  pump(): void {
    if (this.ended) return;
    const { feed, onWhole, onError } = this.options;
    try {
      for (let slices = 0; slices < SLICES_PER_TURN && !this.decoder.finished; slices++) {
        if (!decodeSlice(feed, this.decoder, SLICE_BYTES)) break;
        if (slices === SLICES_PER_TURN - 1) this.nextTurn.after(0);
      }
      if (!this.decoder.finished || !feed.snapshot) return;
      checkEnd(feed, this.decoder);
      this.ended = true;
      onWhole();
    } catch (error) {
      this.ended = true;
      onError(asLockstepError(error));
    }
  }

  stop(): void {
    this.ended = true;
  }
}
