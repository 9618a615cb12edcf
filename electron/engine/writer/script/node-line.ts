import type { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { ReplyEvents, ReplyKind } from '../../protocol/resp/reply-scanner.ts';
import type { CommandOutput } from '../../protocol/resp/command-output.ts';

/** Told the error that a command was answered with, or undefined. */
export type Answered = (error: string | undefined) => void;

/** What a line needs of the connection under it. */
export interface LineConnection {
  readonly output: CommandOutput;
  readonly busy: boolean;
  readonly clientId: string | undefined;
  readonly quietSinceMs: number;
  giveUp(error: LockstepError): void;
  close(): void;
}

/** One node of a cluster: what is sent to it, each with who waits for the answer. Several lanes may share it. */
export class NodeLine implements ReplyEvents {
  private readonly waiting: Answered[] = [];
  private errorText: string | undefined;
  private connected: LineConnection | undefined;
  /** The script of lanes was sent to it, by its text. */
  scriptSent = false;
  /** Its connection is gone, and the other lines go on without it: nothing may be sent to it any more. */
  away = false;

  use(connection: LineConnection): void {
    this.connected = connection;
  }

  /** Once it is connected. */
  get connection(): LineConnection {
    return this.connected!;
  }

  get output(): CommandOutput {
    return this.connection.output;
  }

  get busy(): boolean {
    return !this.away && this.connection.busy;
  }

  /** Nobody waits for its answers any more. */
  leave(): void {
    this.away = true;
    this.waiting.length = 0;
  }

  /** A command of which the first byte is written next is answered to this one. */
  expect(answered: Answered): void {
    this.output.begin();
    this.waiting.push(answered);
  }

  /** Sends a whole command. */
  send(command: Buffer, answered: Answered): void {
    const { output } = this;
    output.reserve(command.length);
    this.expect(answered);
    output.copy(command, 0, command.length);
    output.flush();
  }

  reply(_: ReplyKind): void {
    this.output.answer(1);
    const error = this.errorText;
    this.errorText = undefined;
    this.waiting.shift()?.(error);
  }

  error(text: string, element: number): void {
    if (element < 0) this.errorText = text;
  }
}
