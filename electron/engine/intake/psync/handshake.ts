import type { ErrorCode } from '../../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { positionOf } from '../../protocol/most-bytes.ts';
import { refusalKind } from '../../protocol/refusal-kind.ts';
import { command } from '../../protocol/resp/encode.ts';

/**
 * The states of the link, named after `Redis server.h: REPL_STATE_*`. Each state sends one command and waits for its
 * reply, since a source refuses PSYNC while replies are pending.
 */
export type HandshakeState =
  | 'RECEIVE_PING_REPLY'
  | 'RECEIVE_AUTH_REPLY'
  | 'RECEIVE_PORT_REPLY'
  | 'RECEIVE_CAPA_REPLY'
  | 'RECEIVE_VERSION_REPLY'
  | 'RECEIVE_PSYNC_REPLY';

export interface HandshakeOptions {
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Where to go on: PSYNC with this replid from `offset` + 1; undefined asks for a full sync. */
  readonly resumeFrom: { readonly replid: string; readonly offset: number } | undefined;
}

export type PsyncAnswer =
  | { readonly kind: 'full'; readonly replid: string; readonly offset: number }
  | { readonly kind: 'continue'; readonly replid: string | undefined };

/** The version announced to the source: Valkey 9.1 chooses the RDB's form by it, others ignore it. */
const ANNOUNCED_VERSION = '9.0.0';

/** `Redis replication.c: syncWithMaster`, without the socket: give it reply lines, send what it returns. */
export class Handshake {
  private readonly options: HandshakeOptions;
  state: HandshakeState = 'RECEIVE_PING_REPLY';

  constructor(options: HandshakeOptions) {
    this.options = options;
  }

  /** The first command to send. */
  start(): Buffer {
    return command('PING');
  }

  /**
   * Takes one reply line without its CRLF. Returns the next command, or the source's answer to PSYNC.
   * Throws LockstepError for a refusal.
   */
  reply(line: string): Buffer | PsyncAnswer {
    switch (this.state) {
      case 'RECEIVE_PING_REPLY':
        // Any of these means that a Redis answers and wants a password first (Redis replication.c does the same).
        if (!/^\+|^-NOAUTH|^-NOPERM|^-ERR operation not permitted/i.test(line)) throw refusal('PING', line);
        return this.options.password === undefined ? this.sendPort() : this.sendAuth(this.options.password);
      case 'RECEIVE_AUTH_REPLY':
        if (!line.startsWith('+')) throw refusal('AUTH', line);
        return this.sendPort();
      case 'RECEIVE_PORT_REPLY':
        throwIfFatal('REPLCONF', line);
        this.state = 'RECEIVE_CAPA_REPLY';
        return command('REPLCONF', 'capa', 'eof', 'capa', 'psync2');
      case 'RECEIVE_CAPA_REPLY':
        throwIfFatal('REPLCONF', line);
        this.state = 'RECEIVE_VERSION_REPLY';
        return command('REPLCONF', 'version', ANNOUNCED_VERSION);
      case 'RECEIVE_VERSION_REPLY': {
        throwIfFatal('REPLCONF', line);
        this.state = 'RECEIVE_PSYNC_REPLY';
        const from = this.options.resumeFrom;
        return from ? command('PSYNC', from.replid, String(from.offset + 1)) : command('PSYNC', '?', '-1');
      }
      case 'RECEIVE_PSYNC_REPLY': {
        const answer = psyncAnswer(line);
        if (answer.kind === 'continue' && !this.options.resumeFrom)
          throw new LockstepError('SOURCE_PROTOCOL', 'PSYNC ? -1 was answered with CONTINUE');
        return answer;
      }
    }
  }

  private sendAuth(password: string): Buffer {
    this.state = 'RECEIVE_AUTH_REPLY';
    const { user } = this.options;
    return user === undefined ? command('AUTH', password) : command('AUTH', user, password);
  }

  private sendPort(): Buffer {
    this.state = 'RECEIVE_PORT_REPLY';
    // We listen nowhere. The source shows the number in INFO, where its Sentinels find it: they list what has port 0, and never connect
    // to it nor choose it (Redis sentinel.c: sentinelReconnectInstance, sentinelSelectSlave). A number that is no port would keep
    // us off their lists, and break clients of the source that look for its replicas in INFO.
    return command('REPLCONF', 'listening-port', '0');
  }
}

/** Old sources do not know every REPLCONF option; only a refusal of the whole link matters. */
function throwIfFatal(sent: string, line: string): void {
  if (/^-(NOPERM|MASTERDOWN)/.test(line) || (line.startsWith('-') && refusalKind(line.slice(1))))
    throw refusal(sent, line);
}

function psyncAnswer(line: string): PsyncAnswer {
  // Some clouds append fields, so anything after the offset is ignored.
  const full = /^\+FULLRESYNC\s+([0-9a-f]{40})\s+(\d+)/i.exec(line);
  const offset = full ? positionOf(full[2]!) : undefined;
  if (full && offset !== undefined) return { kind: 'full', replid: full[1]!, offset };
  if (/^\+FULLRESYNC/i.test(line))
    throw new LockstepError('SOURCE_PROTOCOL', `PSYNC answered "${printable(line)}"`);
  const resumed = /^\+CONTINUE(?:\s+([0-9a-f]{40}))?/i.exec(line);
  if (resumed) return { kind: 'continue', replid: resumed[1] };
  throw refusal('PSYNC', line);
}

const REFUSALS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^-NOMASTERLINK|^-MASTERDOWN|not connected with my master/, 'SOURCE_NO_MASTER_LINK'],
  [/BGSAVE failed/, 'SOURCE_LINK_LOST'],
  [/^-NOPERM/, 'SOURCE_NO_PERMISSION'],
  [/^-ERR unknown command|^-ERR.*disabled|not allowed|^-ERR.*permission/i, 'SOURCE_PSYNC_REFUSED'],
];

function refusal(sent: string, line: string): LockstepError {
  const fact = `${sent} answered "${printable(line)}"`;
  const kind = line.startsWith('-') ? refusalKind(line.slice(1)) : undefined;
  if (kind) return new LockstepError(`SOURCE_${kind}`, fact);
  for (const [pattern, code] of REFUSALS) if (pattern.test(line)) return new LockstepError(code, fact);
  if (sent === 'AUTH') return new LockstepError('SOURCE_AUTH', fact);
  if (sent === 'PSYNC' && line.startsWith('-')) return new LockstepError('SOURCE_PSYNC_REFUSED', fact);
  return new LockstepError('SOURCE_PROTOCOL', fact);
}

function printable(line: string): string {
  return line.slice(0, 200).replace(/[^\x20-\x7e]/g, '.');
}
