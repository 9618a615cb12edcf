import type { Cursor } from '../../log/cursor.ts';
import type { StreamPosition } from '../stream-position.ts';
import type { Greeting, LogMember } from './log-member.ts';

/** What a log is, to those who read it. */
export interface ReadLog {
  readonly replid: string;
  /** Where the source went on under another name than this one. */
  readonly earlier: StreamPosition | undefined;
  /** At which the stream in the log begins. */
  readonly offset: number;
  readonly snapshotPending: boolean;
  offsetAt(position: number): number;
  positionAt(offset: number): number;
}

/** What a log holds, said for one of those who read it. */
export class LogReader {
  private readonly log: ReadLog;
  readonly member: LogMember;
  readonly cursor: Cursor;
  /** Where it began to read, as a position of the spool. */
  readonly start: number;
  /** What it is told when it may read. */
  readonly greeting: Greeting;
  /** The history that it has agreed to read. */
  admitted: string;
  greeted = false;
  /** As what it read was called when it wanted nothing more. */
  private last: Pick<ReadLog, 'replid' | 'earlier'> | undefined;

  constructor(log: ReadLog, member: LogMember, cursor: Cursor, greeting: Greeting, admitted: string) {
    this.log = log;
    this.member = member;
    this.cursor = cursor;
    this.start = cursor.readPosition;
    this.greeting = greeting;
    this.admitted = admitted;
  }

  /** Nothing more is wanted of the source; what has come stays to be read. */
  seal(): void {
    const { replid, earlier } = this.log;
    this.last ??= { replid, earlier };
    this.cursor.seal();
  }

  get sealed(): boolean {
    return this.last !== undefined;
  }

  private get history(): Pick<ReadLog, 'replid' | 'earlier'> {
    return this.last ?? this.log;
  }

  get replid(): string {
    return this.history.replid;
  }

  get receivedOffset(): number {
    const { log } = this;
    return log.snapshotPending ? log.offset : log.offsetAt(this.cursor.endPosition);
  }

  /** Whether it is of the history that is read: under its own name, or, up to where the source went on with it, under the one before. */
  follows({ replid, offset }: StreamPosition): boolean {
    const { earlier } = this.history;
    return (
      replid === this.replid ||
      (earlier !== undefined && replid === earlier.replid && offset <= earlier.offset)
    );
  }

  /** The source went on under another name than this one. */
  hasLeft(replid: string): boolean {
    return replid !== this.replid && replid === this.history.earlier?.replid;
  }

  /** Whether the stream from this offset on can still be read. */
  holds(offset: number): boolean {
    const { log, cursor } = this;
    // What lies before the stream is the snapshot.
    if (log.snapshotPending || offset < log.offset) return false;
    const position = log.positionAt(offset);
    return position >= cursor.releasedPosition && position <= cursor.endPosition;
  }
}
