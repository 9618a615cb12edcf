import type { EngineCommand } from '../../../shared/contract/engine-messages.ts';
import type { EngineProcess } from '../engine-process.ts';

const LAST_WORDS = new Set(['finished', 'failed']);

export interface MemberWay {
  /** Towards its run. */
  readonly send: (command: EngineCommand) => void;
  /** It needs the process no longer. */
  readonly onLeave: () => void;
  /** Its run can be ended with the process alone. */
  readonly onKill: () => void;
}

/** One run in a group's process, as whoever has started it sees it: an engine like any other. */
export class GroupMember implements EngineProcess {
  private readonly way: MemberWay;
  private readonly messageListeners: ((message: unknown) => void)[] = [];
  private readonly exitListeners: ((status: number | null, why?: string) => void)[] = [];
  private begun = false;
  private over = false;

  constructor(way: MemberWay) {
    this.way = way;
  }

  send(command: EngineCommand): void {
    if (this.over) return;
    this.begun = true;
    this.way.send(command);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.messageListeners.push(listener);
  }

  onExit(listener: (status: number | null, why?: string) => void): void {
    this.exitListeners.push(listener);
  }

  /** Where its run has not begun, there is nothing to be ended but its place. */
  kill(): void {
    if (this.over) return;
    if (this.begun) return this.way.onKill();
    this.over = true;
    this.way.onLeave();
    // Whoever kills hears of the end later, as of a process.
    process.nextTick(() => this.tellExit(null));
  }

  /** Hands a message of its run on; with the last word the run is over. */
  tell(message: { readonly type: string }): void {
    if (this.over) return;
    for (const listener of this.messageListeners) listener(message);
    if (this.over || !LAST_WORDS.has(message.type)) return;
    this.over = true;
    this.way.onLeave();
    this.tellExit(0);
  }

  /** The process is gone. */
  exit(status: number | null, why: string | undefined): void {
    if (this.over) return;
    this.over = true;
    this.tellExit(status, why);
  }

  private tellExit(status: number | null, why?: string): void {
    for (const listener of this.exitListeners) listener(status, why);
  }
}
