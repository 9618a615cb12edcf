import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import { ReplyMeter, ReplyTooLarge } from '../protocol/resp/reply-meter.ts';
import type { Side } from './tls-mismatch.ts';

/** How large a reply, or all that a connection owes at once, may be, and how long an answer may take. */
export interface ReplyBounds {
  readonly mostBytes: number;
  readonly timeoutMs: number;
}

/** INFO, COMMAND, FUNCTION LIST and pages of SCAN: 64 MB is a page of a thousand names of 64 KB. */
export const CONTROL_BOUNDS: ReplyBounds = { mostBytes: 64 * 1024 ** 2, timeoutMs: 20_000 };

/**
 * Stands between the socket of a connection and the client library, which keeps whatever comes until the reply is whole. What is
 * no reply, or larger than one may be, ends the connection with what it is. To be called while the connection is made.
 */
export function boundReplies(redis: Redis, side: Side, endpoint: Endpoint, { mostBytes }: ReplyBounds): void {
  const { stream } = redis;
  const meter = new ReplyMeter(mostBytes);
  // Of the replies that were owed at one moment; once they have come, nobody waits with a part of what was asked by then.
  let owed = 0;
  const decoders = stream.listeners('data') as ((chunk: Buffer) => void)[];
  stream.removeAllListeners('data');
  stream.on('data', (chunk: Buffer) => {
    try {
      if (owed <= 0) {
        owed = redis.commandQueue.length;
        meter.settle();
      }
      owed -= meter.push(chunk);
    } catch (error) {
      end(redis, refusal(side, endpoint, error));
      return;
    }
    for (const decode of decoders) decode.call(stream, chunk);
  });
}

function refusal(side: Side, endpoint: Endpoint, cause: unknown): LockstepError {
  const name = side === 'source' ? 'SOURCE' : 'TARGET';
  const how = cause instanceof Error ? cause.message : '';
  const kind = cause instanceof ReplyTooLarge ? 'REPLY_TOO_LARGE' : 'PROTOCOL';
  return new LockstepError(`${name}_${kind}`, `${describeEndpoint(endpoint)}: ${how}`, { cause });
}

/** Everything that waits for an answer gets this one, and so does whatever is asked from now on. */
function end(redis: Redis, error: LockstepError): void {
  redis.sendCommand = (command) => {
    command.reject(error);
    return command.promise;
  };
  redis.stream.removeAllListeners('data');
  for (let item = redis.commandQueue.shift(); item; item = redis.commandQueue.shift())
    item.command.reject(error);
  redis.emit('error', error);
  redis.stream.destroy();
}
