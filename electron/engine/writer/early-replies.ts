import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { command } from '../protocol/resp/encode.ts';
import { isFarewell } from '../protocol/refusal-kind.ts';
import { targetError } from '../control/target-error.ts';

/** The replies to what is sent before any data: AUTH, CLIENT SETNAME, CLIENT IMPORT-SOURCE, CLIENT ID. */
export class EarlyReplies {
  private readonly endpoint: Endpoint;
  private readonly name: string;
  private readonly importSource: boolean;
  private text = '';

  /** `importSource`: it sees what has expired on a target in import-mode; what that is answered shows in the first batch. */
  constructor(endpoint: Endpoint, name: string, importSource = false) {
    this.endpoint = endpoint;
    this.name = name;
    this.importSource = importSource;
  }

  request(): Buffer {
    const { user, password } = this.endpoint;
    const auth =
      password === undefined ? [] : [command('AUTH', ...(user === undefined ? [] : [user]), password)];
    return Buffer.concat([
      ...auth,
      command('CLIENT', 'SETNAME', this.name),
      ...(this.importSource ? [command('CLIENT', 'IMPORT-SOURCE', 'ON')] : []),
      command('CLIENT', 'ID'),
      command('PING'),
    ]);
  }

  /** The id of the connection, '' where the server gives none, undefined while replies are missing. */
  push(text: string): string | undefined {
    this.text += text;
    const lines = this.text.split('\r\n');
    lines.pop();
    const first = lines[0];
    if (first?.startsWith('-') && isFarewell(first.slice(1)))
      throw targetError(first.slice(1), 'the first command');
    const authenticated = this.endpoint.password !== undefined;
    const expected = 3 + Number(authenticated) + Number(this.importSource);
    if (lines.length < expected) return undefined;
    if (authenticated && !lines[0]!.startsWith('+')) throw targetError(lines[0]!.slice(1), 'AUTH');
    const ping = lines[expected - 1]!;
    if (ping.startsWith('-')) throw targetError(ping.slice(1), 'PING');
    if (ping !== '+PONG') throw new LockstepError('TARGET_PROTOCOL', 'PING was not answered with PONG');
    const id = lines[expected - 2]!;
    return id.startsWith(':') ? id.slice(1) : '';
  }
}
