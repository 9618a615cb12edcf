import type { Redis } from 'ioredis';
import { TASKS_PREFIX } from '../commands/own-keys.ts';
import type { Deadline } from '../expiry/deadline.ts';
import { checkpointKey } from '../checkpoint/checkpoint.ts';
import { command } from '../protocol/resp/encode.ts';
import { ifRefused } from '../control/reply-error.ts';

/** How many errors the server has replied with since it began, by its own count (6.2 and later). */
const COUNT = "string.match(redis.call('INFO','stats'),'total_error_replies:(%d+)')";
const BEGIN = `redis.call('HSET',KEYS[1],'errors',${COUNT})`;
/** What the reply to the judgement begins with where a batch came later than expiry was held for. */
const LATE = 'LOCKSTEPLATE';
const CLOCK = "redis.call('TIME')";
const NOW = '(time[1]*1000+math.floor(time[2]/1000))';
/**
 * KEYS: the checkpoint, and a key of the tool's own that stays, though it has expired, only while the server lets none go. ARGV:
 * the offset to vouch for (or nothing), its database, and the deadline: Unix ms, 0, or `kept`.
 */
const END = `if ARGV[3]=='kept' then
redis.call('SET',KEYS[2],'','PXAT','1')
local kept=redis.call('EXISTS',KEYS[2])
redis.call('DEL',KEYS[2])
if kept==0 then
redis.call('HSET',KEYS[1],'earliestExpiry','1')
return redis.error_reply('${LATE} since import-mode of the target was turned off')
end
elseif ARGV[3]~='0' then
local time=${CLOCK}
if ${NOW}>tonumber(ARGV[3]) then
redis.call('HSET',KEYS[1],'earliestExpiry','1')
return redis.error_reply('${LATE} by '..string.format('%.0f',${NOW}-tonumber(ARGV[3]))..' ms')
end end
if ARGV[1]~='' and redis.call('HGET',KEYS[1],'errors')==${COUNT} then redis.call('HMSET',KEYS[1],'verified',ARGV[1],'verifiedDb',ARGV[2]) end`;

/** What a target can tell of a batch in the step that applies it. */
export interface Judgement {
  /** That none of its commands failed. */
  readonly errors: boolean;
  /** That it came before any key that it uses may have expired there. */
  readonly time: boolean;
}

const probeKey = (task: string): string => `${TASKS_PREFIX}:probe:${task}`;

/** As the first command of a transaction: notes the server's count of errors in the task's checkpoint. */
export const countBefore = (task: string): Buffer => command('EVAL', BEGIN, '1', checkpointKey(task));

/**
 * As the last one. Within EXEC no other client has a turn, and no key expires that had not when it began, so:
 * - by a clock past the deadline, or where keys are not kept any more, keys may have been gone that a command of the batch used. That is noted in the checkpoint
 *   (`earliestExpiry`), and answered with an error (`lateBy`); the batch is not vouched for.
 * - an error that was counted since `countBefore` is the transaction's own; without one, the checkpoint vouches for `upTo`.
 */
export function judge(
  task: string,
  upTo: { readonly offset: number; readonly db: number } | undefined,
  deadline: Deadline,
): Buffer {
  const vouched = upTo ? [String(upTo.offset), String(upTo.db)] : ['', ''];
  return command('EVAL', END, '2', checkpointKey(task), probeKey(task), ...vouched, String(deadline));
}

/** What a judgement says that found a batch late (`by 12 ms`); undefined of any other error. */
export const lateBy = (text: string): string | undefined =>
  text.startsWith(LATE) ? text.slice(LATE.length + 1) : undefined;

/**
 * What the target can tell: its user may run scripts that ask for the time; and ones that ask INFO, where a command that fails
 * between two of them is counted. The checkpoint has to exist. `scripts`: they may ask for the time and then write (5.0).
 */
export async function judgementOf(redis: Redis, task: string, scripts: boolean): Promise<Judgement> {
  const key = checkpointKey(task);
  const count = `return ${COUNT}`;
  // GET of a hash is an error.
  const counting = await probe(redis, (asking) => asking.eval(count, 1, key).get(key).eval(count, 1, key));
  const [before, failure, after] = counting;
  const errors =
    failure?.[0] instanceof Error && isCount(before?.[1]) && Number(after?.[1]) === Number(before?.[1]) + 1;
  if (!scripts) return { errors, time: false };
  const [clock] = await probe(redis, (asking) =>
    asking.eval(`local time=${CLOCK} return redis.call('HDEL',KEYS[1],'') + ${NOW}`, 1, key),
  );
  return { errors, time: Number(clock?.[1]) > 0 };
}

type Replies = NonNullable<Awaited<ReturnType<ReturnType<Redis['multi']>['exec']>>>;

/** Nothing where the transaction is refused. @throws what is no refusal: a target that is silent tells nothing of what it can */
async function probe(
  redis: Redis,
  ask: (asking: ReturnType<Redis['multi']>) => ReturnType<Redis['multi']>,
): Promise<Replies> {
  const replies = await ask(redis.multi()).exec().catch(ifRefused(null));
  return replies ?? [];
}

const isCount = (reply: unknown): boolean => typeof reply === 'string' && /^\d+$/.test(reply);
