import { checkpointKey } from '../../checkpoint/checkpoint.ts';
import { ACTION, CommandTable } from '../../commands/command-table.ts';
import type { KnownCommand } from '../known-commands.ts';

/** A command as its user's rights are asked about it, with words that fit it. */
export interface Question {
  readonly words: Words;
  /** As it is granted: in small letters, a subcommand as `config|get`. */
  readonly name: string;
  /** A task cannot do without it. */
  readonly required: boolean;
  /** The source may send it: where the target does not know it, the task stops there. */
  readonly carried?: boolean;
  /** With these words it only reads, so it may be run where there is no other way to ask. */
  readonly harmless: boolean;
}

type Words = readonly [string, ...string[]];

const CONTAINERS = new Set(['config', 'memory', 'module', 'client', 'script']);

function nameOf(words: Words): string {
  const [base, sub] = words.map((word) => word.toLowerCase());
  return CONTAINERS.has(base!) && sub !== undefined ? `${base}|${sub}` : base!;
}

const questions = (required: boolean, list: readonly Words[], harmless = false): Question[] =>
  list.map((words) => ({ words, name: nameOf(words), required, harmless }));

/** Stands for a key of the source whose name is not known yet. */
export const ANY_KEY = 'lockstep-any-name';

/** All that the engine sends to a source: the link first, then what serves to watch, to compare and to repair. */
export const SOURCE_QUESTIONS: readonly Question[] = [
  ...questions(true, [['PING'], ['REPLCONF', 'capa', 'eof'], ['INFO', 'replication']], true),
  ...questions(true, [['PSYNC', '?', '-1']]),
  ...questions(
    false,
    [
      ['SELECT', '0'],
      ['TIME'],
      ['COMMAND'],
      ['CONFIG', 'GET', 'repl-timeout'],
      ['SCAN', '0'],
      ['TYPE', ANY_KEY],
      ['DUMP', ANY_KEY],
      ['PTTL', ANY_KEY],
      ['MEMORY', 'USAGE', ANY_KEY],
      ['STRLEN', ANY_KEY],
      ['MODULE', 'LIST'],
    ],
    true,
  ),
  ...questions(false, [['MULTI'], ['EXEC']]),
];

/** What the engine sends to a target beside the writes of the source. */
export const targetQuestions = (task: string): readonly Question[] => {
  const checkpoint = checkpointKey(task);
  return [
    ...questions(true, [
      ['PING'],
      ['INFO', 'server'],
      ['SELECT', '0'],
      ['MULTI'],
      ['EXEC'],
      ['WATCH', checkpoint],
      ['UNWATCH'],
      ['HMSET', checkpoint, 'format', '1'],
      ['HMGET', checkpoint, 'epoch'],
      ['HGET', checkpoint, 'epoch'],
      ['HGETALL', checkpoint],
      ['DBSIZE'],
      ['SCAN', '0'],
      ['TIME'],
      ['PTTL', ANY_KEY],
      ['EXISTS', ANY_KEY],
      ['SISMEMBER', ANY_KEY, '1'],
      ['SSCAN', ANY_KEY, '0'],
    ]),
    ...questions(false, [
      ['EVAL', 'return 1', '0'],
      ['SCRIPT', 'LOAD', 'return 1'],
      ['COMMAND'],
      ['CONFIG', 'GET', 'databases'],
      ['CLIENT', 'SETNAME', 'lockstep'],
      ['CLIENT', 'ID'],
      ['CLIENT', 'LIST'],
      ['CLIENT', 'KILL', 'ID', '1'],
      ['MODULE', 'LIST'],
      ['TYPE', ANY_KEY],
      ['HKEYS', ANY_KEY],
    ]),
  ];
};

/** Without these no copy can be made. */
const COPY_WRITES = new Set(['SET', 'DEL', 'RPUSH', 'SADD', 'ZADD', 'PEXPIREAT']);

/** The writes that every server knows, unless they are disabled: then it does not list them either. */
const COMMON_WRITES: readonly Words[] = [
  ['SET', ANY_KEY, '1'],
  ['APPEND', ANY_KEY, '1'],
  ['INCRBY', ANY_KEY, '1'],
  ['DEL', ANY_KEY],
  ['RENAME', ANY_KEY, ANY_KEY],
  ['PEXPIREAT', ANY_KEY, '1'],
  ['PERSIST', ANY_KEY],
  ['RESTORE', ANY_KEY, '0', '1'],
  ['HSET', ANY_KEY, '1', '1'],
  ['HDEL', ANY_KEY, '1'],
  ['RPUSH', ANY_KEY, '1'],
  ['LPOP', ANY_KEY],
  ['LTRIM', ANY_KEY, '0', '1'],
  ['SADD', ANY_KEY, '1'],
  ['SREM', ANY_KEY, '1'],
  ['ZADD', ANY_KEY, '1', '1'],
  ['ZREM', ANY_KEY, '1'],
  ['SETBIT', ANY_KEY, '1', '1'],
  ['PFADD', ANY_KEY, '1'],
  ['FLUSHDB'],
  ['FLUSHALL'],
];

/** Every write that the target knows and the engine would pass on to it, and those that it should know. */
export function writeQuestions(known: readonly KnownCommand[]): Question[] {
  const carried = new CommandTable([]);
  const writes = known.filter(({ name, write }) => {
    const base = name.split('|')[0]!;
    const action = carried.find(Buffer.from(base), 0, base.length);
    return write && action !== ACTION.FORBIDDEN && action !== ACTION.DROP;
  });
  if (writes.length === 0) return questions(true, COMMON_WRITES);
  const listed = new Set(writes.map(({ name }) => name));
  const unlisted = COMMON_WRITES.filter(([name]) => !listed.has(name.toLowerCase()));
  return [
    ...writes.map((command) => ({
      words: wordsFor(command),
      name: command.name,
      required: true,
      harmless: false,
    })),
    ...unlisted.map((words) => ({
      words,
      name: nameOf(words),
      required: COPY_WRITES.has(words[0]),
      carried: true,
      harmless: false,
    })),
  ];
}

/** Words in the right number, with a key where one is expected. */
function wordsFor({ name, arity, firstKey }: KnownCommand): Words {
  const [base, ...sub] = name.split('|');
  const words: [string, ...string[]] = [base!, ...sub];
  const count = Math.max(Math.abs(arity), firstKey + 1);
  while (words.length < count) words.push(words.length === firstKey ? ANY_KEY : '1');
  return words;
}
