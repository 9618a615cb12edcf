import type { Redis } from 'ioredis';
import { askOn, type ServerView } from '../server-view.ts';
import type { Question } from './needed-commands.ts';
import { isReplyError } from '../../control/reply-error.ts';

/** The answer to one question. `unclear` is whatever the server says that tells nothing of rights. */
export type Right = 'granted' | 'command-denied' | 'key-denied' | 'channel-denied' | 'not-known' | 'unclear';

export interface Rights {
  /** In the order of the questions. */
  readonly answers: readonly Right[];
  /** As the server calls the user; undefined before 6.0, and where it does not tell. */
  readonly user: string | undefined;
}

/**
 * Finds out what the user may run without running it: by ACL DRYRUN where that is permitted (7.0 and later), else by queueing the
 * commands in a transaction, at which the server looks at the user's rights, and discarding it; where transactions are not
 * permitted, by running what only reads.
 * @throws when the connection breaks
 */
export async function askRights(server: ServerView, questions: readonly Question[]): Promise<Rights> {
  const redis = await server.open();
  try {
    const name = await askOn(redis, 'ACL', 'WHOAMI');
    const user = typeof name === 'string' ? name : undefined;
    const dry = await askDry(redis, user, questions);
    return { answers: dry ?? (await askQueued(redis, questions)), user };
  } finally {
    // Whatever was left in the queue goes with it.
    redis.disconnect();
  }
}

/** undefined where ACL DRYRUN is refused or not known. */
async function askDry(
  redis: Redis,
  user: string | undefined,
  questions: readonly Question[],
): Promise<Right[] | undefined> {
  if (user === undefined) return undefined;
  // It answers with words even where the user lacks what is asked about.
  if (typeof (await askOn(redis, 'ACL', 'DRYRUN', user, 'PING')) !== 'string') return undefined;
  const replies = await askAll(
    redis,
    questions.map(({ words }) => ['ACL', 'DRYRUN', user, ...words]),
  );
  return replies.map((reply) => {
    if (reply instanceof Error) return /not found/i.test(reply.message) ? 'not-known' : 'unclear';
    return reply === 'OK' ? 'granted' : denial(String(reply));
  });
}

/** These are run at once even within a transaction, so they are tried for what they are. */
const AT_ONCE = new Set(['MULTI', 'EXEC', 'WATCH', 'UNWATCH']);

async function askQueued(redis: Redis, questions: readonly Question[]): Promise<Right[]> {
  // An empty transaction, and a watch that is given up: neither changes anything.
  const [multi, exec, watch, unwatch, again] = (
    await askAll(redis, [['MULTI'], ['EXEC'], ['WATCH', watchedKey(questions)], ['UNWATCH'], ['MULTI']])
  ).map(judge);
  const tried = new Map([
    ['MULTI', multi!],
    ['EXEC', exec!],
    ['WATCH', watch!],
    ['UNWATCH', unwatch!],
  ]);
  // Nothing else is sent unless it is certain that the server queues it: a proxy might not.
  const queueing = again === 'granted' && (await queues(redis));
  // Without a transaction, what only reads is tried for what it is.
  const others = questions.filter(
    ({ words, harmless }) => !AT_ONCE.has(words[0]) && (queueing || (harmless && multi !== 'granted')),
  );
  const replies = await askAll(
    redis,
    others.map(({ words }) => words),
  );
  if (queueing) await askOn(redis, 'DISCARD');
  return questions.map((question) => {
    const at = others.indexOf(question);
    return tried.get(question.words[0]) ?? (at < 0 ? 'unclear' : judge(replies[at]));
  });
}

async function queues(redis: Redis): Promise<boolean> {
  return (await askOn(redis, 'PING')) === 'QUEUED' || (await askOn(redis, 'TIME')) === 'QUEUED';
}

/** The replies in order, refusals as Errors. @throws when the connection breaks */
async function askAll(redis: Redis, all: readonly (readonly [string, ...string[]])[]): Promise<unknown[]> {
  const replies = await Promise.allSettled(all.map(([name, ...args]) => redis.call(name, ...args)));
  return replies.map((reply) => {
    if (reply.status === 'fulfilled') return reply.value;
    const error: unknown = reply.reason;
    if (isReplyError(error)) return error;
    throw error;
  });
}

function watchedKey(questions: readonly Question[]): string {
  return questions.find(({ words }) => words[0] === 'WATCH')?.words[1] ?? 'lockstep-any-name';
}

function judge(reply: unknown): Right {
  if (!(reply instanceof Error)) return 'granted';
  if (reply.message.startsWith('NOPERM')) return denial(reply.message);
  if (/unknown (sub)?command/i.test(reply.message)) return 'not-known';
  // A node of a cluster looks at rights before it looks whose slot it is.
  if (/^(MOVED|ASK) /.test(reply.message)) return 'granted';
  return 'unclear';
}

function denial(text: string): Right {
  if (/channel/i.test(text)) return 'channel-denied';
  // "… access the 'x' key", or "… access one of the keys used as arguments".
  return /access .*\bkeys?\b/i.test(text) ? 'key-denied' : 'command-denied';
}
