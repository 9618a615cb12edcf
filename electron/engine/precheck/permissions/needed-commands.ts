import { checkpointKey } from '../../checkpoint/checkpoint.ts';
import { ACTION, type CommandRow } from '../../commands/command-row.ts';
import { COMMAND_ROWS } from '../../commands/command-rows.ts';
import { CommandTable } from '../../commands/command-table.ts';
import { keyPlaces } from '../../commands/command-keys.ts';
import type { ServerCommand } from '../../commands/server-command.ts';

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

const CONTAINERS = new Set(['config', 'memory', 'module', 'client', 'script', 'cluster']);

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

/** What tells the nodes of a cluster, and what is in slots that have moved; asked about only where the source is one. */
export const SOURCE_CLUSTER_QUESTIONS: readonly Question[] = [
  ...questions(true, [['CLUSTER', 'NODES']], true),
  ...questions(
    false,
    [
      ['CLUSTER', 'INFO'],
      ['CLUSTER', 'COUNTKEYSINSLOT', '0'],
      ['CLUSTER', 'GETKEYSINSLOT', '0', '1'],
    ],
    true,
  ),
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

/** What a cluster is written to with; asked about only where the target is one. */
export const CLUSTER_QUESTIONS: readonly Question[] = [
  ...questions(false, [['CLUSTER', 'INFO']], true),
  ...questions(true, [
    ['CLUSTER', 'NODES'],
    ['EVAL', 'return 1', '0'],
    ['EVALSHA', '0'.repeat(40), '0'],
    // Commands across slots: see writer/script/crossing.ts.
    ['DUMP', ANY_KEY],
    ['LINDEX', ANY_KEY, '0'],
  ]),
];

/** What turns import-mode on; asked about only where the task wants it and the target has it. */
export const IMPORT_QUESTIONS: readonly Question[] = questions(false, [
  ['CONFIG', 'GET', 'import-mode'],
  ['CONFIG', 'SET', 'import-mode', 'yes'],
  ['CLIENT', 'IMPORT-SOURCE', 'ON'],
]);

/** Every write that the target knows and the engine would pass on to it, and those that it should know. */
export function writeQuestions(known: readonly ServerCommand[]): Question[] {
  const carried = new CommandTable([]);
  const writes = known.filter(({ name, write }) => {
    const action = carried.named(name.split('|')[0]!)?.action;
    return write && action !== ACTION.FORBIDDEN && action !== ACTION.CLUSTER && action !== ACTION.DROP;
  });
  const listed = new Set(writes.map(({ name }) => name));
  const unlisted = COMMAND_ROWS.filter(({ name, need }) => need !== undefined && !listed.has(name));
  return [
    ...writes.map((command) => ({
      words: wordsFor(command),
      name: command.name,
      required: true,
      harmless: false,
    })),
    ...unlisted.map((row) => ({
      words: wordsOfRow(row),
      name: row.name,
      // Where the server lists nothing, none of them can be done without as far as is known.
      required: writes.length === 0 || row.need === 'copy',
      ...(writes.length === 0 ? {} : { carried: true }),
      harmless: false,
    })),
  ];
}

/** Words in the right number, with a key where one is expected. */
function wordsFor({ name, arity, first }: ServerCommand): Words {
  const [base, ...sub] = name.split('|');
  const words: [string, ...string[]] = [base!, ...sub];
  const count = Math.max(Math.abs(arity), first + 1);
  while (words.length < count) words.push(words.length === first ? ANY_KEY : '1');
  return words;
}

function wordsOfRow(row: CommandRow): Words {
  const keys = new Set(keyPlaces(row, row.least));
  const rest = Array.from({ length: row.least - 1 }, (_, i) => (keys.has(i + 1) ? ANY_KEY : '1'));
  return [row.name.toUpperCase(), ...rest];
}
