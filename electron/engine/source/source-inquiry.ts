import { BREAK_SECTIONS, breakReasons, countsFullBuffers } from '../control/break-reasons.ts';
import type { Clock } from '../world/clock.ts';

/** The source is asked again this seldom while its link goes on breaking. */
const REPEAT_MS = 60_000;

export interface SourceInquiryOptions {
  readonly clock: Clock;
  /** These sections of the source's INFO; undefined where it cannot be asked. */
  readonly read: (sections: readonly string[]) => Promise<ReadonlyMap<string, string> | undefined>;
  readonly tell: (text: string) => void;
}

/** Asks the source why its link breaks: once is weather, twice has a reason, and the source may know it. */
export class SourceInquiry {
  private readonly options: SourceInquiryOptions;
  /** As it was when the link broke first, or when it was told last. */
  private before: ReadonlyMap<string, string> | undefined;
  private breaks = 0;
  private toldMs = -Infinity;

  constructor(options: SourceInquiryOptions) {
    this.options = options;
  }

  /** The link was lost, once more or for the first time. */
  async broke(): Promise<void> {
    this.breaks += 1;
    const { breaks } = this;
    const now = await this.options.read(BREAK_SECTIONS);
    if (now === undefined) return;
    this.before ??= now;
    if (breaks < 2 || this.options.clock.now() - this.toldMs < REPEAT_MS) return;
    this.toldMs = this.options.clock.now();
    const reasons = breakReasons(now, this.before);
    this.before = now;
    this.options.tell(
      reasons.length > 0
        ? `The link to the source has broken ${breaks} times. The source says: ${reasons.join('; ')}`
        : `The link to the source has broken ${breaks} times, and the source gives no reason: ${withoutReason(now)}`,
    );
  }
}

/** What is well, and where to look next. */
function withoutReason(now: ReadonlyMap<string, string>): string {
  if (countsFullBuffers(now))
    return 'its output buffers, its last save and its memory are well. Look at what lies between it and this machine';
  return 'its last save and its memory are well. It does not count the links that it closes when its buffer for them is full: its log names client-output-buffer-limit then. Look there, and at what lies between it and this machine';
}
