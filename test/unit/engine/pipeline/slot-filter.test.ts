import { describe, expect, it } from 'vitest';
import type { StreamApplierOptions } from '../../../../electron/engine/pipeline/stream-applier.ts';
import { exactly } from '../../../../electron/engine/expiry/late-expiry.ts';
import { command } from '../../../../electron/engine/protocol/resp/encode.ts';
import { keySlot } from '../../../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';
import type { BatchWriter } from '../../../../electron/engine/writer/batch-writer.ts';
import { abilities, Sink } from '../../../support/target/sink.ts';
import { startApplier } from '../../../support/target/stream-applier.ts';

const slotOf = (name: string): number => keySlot(Buffer.from(name));
/** Keys of `{in}` are this part's, those of `{out}` another's. */
const SLOTS_IN = SlotSet.where((slot) => slot === slotOf('{in}'));
const LARGE = 'v'.repeat(400_000);
const MORE_LARGE = 'w'.repeat(300_000);

const NEWEST = { lateness: exactly(), abilities: abilities('8.0.0') };

type Words = readonly string[];

/** What the target is sent for a stream. */
function sent(stream: readonly Words[], some: Partial<StreamApplierOptions> = {}): string[][] {
  const sink = new Sink();
  const nothing = (): void => undefined;
  const batch = { places: undefined, prepare: nothing, wrote: nothing } as unknown as BatchWriter;
  const { spool, applier } = startApplier(
    { batch, output: sink.output },
    { slots: SLOTS_IN, rewrite: NEWEST, ...some },
  );
  const bytes = Buffer.concat(stream.map(bytesOf));
  for (let at = 0; at < bytes.length; at += 100_000) {
    spool.append(bytes, at, Math.min(bytes.length, at + 100_000));
    while (applier.step(100));
  }
  expect(applier.atBoundary).toBe(true);
  return sink.commands();
}

const bytesOf = (words: Words): Buffer => command(...words.map((word) => Buffer.from(word, 'latin1')));

const everything = { slots: undefined };

/** With keys `$1` and `$2`, none of which can be told from the value. */
const COMMANDS: readonly Words[] = [
  ['SET', '$1', 'v'],
  ['SET', '$1', 'v', 'PXAT', '4000000000123'],
  ['GETEX', '$1', 'PXAT', '4000000000123'],
  ['PEXPIREAT', '$1', '4000000000123'],
  ['INCR', '$1'],
  ['APPEND', '$1', '$2'],
  ['DEL', '$1', '$2'],
  ['UNLINK', '$1'],
  ['MSET', '$1', 'a', '$2', 'b'],
  ['MSETNX', '$1', 'a', '$2', 'b'],
  ['MSETEX', '2', '$1', 'a', '$2', 'b', 'PXAT', '4000000000123'],
  ['RENAME', '$1', '$2'],
  ['COPY', '$1', '$2'],
  ['SMOVE', '$1', '$2', 'm'],
  ['LMOVE', '$1', '$2', 'LEFT', 'RIGHT'],
  ['SUNIONSTORE', '$1', '$2'],
  ['ZUNIONSTORE', '$1', '1', '$2'],
  ['BITOP', 'NOT', '$1', '$2'],
  ['PFMERGE', '$1', '$2'],
  ['SORT', '$1', 'STORE', '$2'],
  ['GEORADIUS', '$1', '15', '37', '200', 'km', 'STORE', '$2'],
  ['XADD', '$1', 'MAXLEN', '=', '5', '1-1', 'f', 'v'],
  ['XGROUP', 'CREATE', '$1', 'g', '0'],
  ['HSETEX', '$1', 'PXAT', '4000000000123', 'FIELDS', '1', 'f', 'v'],
  ['HPEXPIREAT', '$1', '4000000000123', 'FIELDS', '1', 'f'],
  ['RESTORE', '$1', '0', '\x00\xc0\x05\x0a\x00\x8e\xba\x5b\x3c\x0c\xf7\x0b\x4a', 'ABSTTL'],
  ['RESTORE-ASKING', '$1', '4000000000123', '\x00\xc0\x05\x0a\x00\x8e\xba\x5b\x3c\x0c\xf7\x0b\x4a', 'ABSTTL'],
  ['MOVE', '$1', '3'],
  // Too large to be held.
  ['SET', '$1', LARGE],
  ['SET', '$1', LARGE, 'PXAT', '4000000000123'],
  ['RPUSH', '$1', LARGE, MORE_LARGE],
  ['DEL', '$1', ...Array.from({ length: 20_000 }, (_, i) => `$2:${i}:long enough`)],
  ['MSET', '$1', LARGE, '$2', 'b'],
  ['SUNIONSTORE', '$1', ...Array.from({ length: 20_000 }, (_, i) => `$2:${i}:long enough`)],
  ['ZUNIONSTORE', '$1', '20000', ...Array.from({ length: 20_000 }, (_, i) => `$2:${i}:long enough`)],
  ['MSETEX', '2', '$1', LARGE, '$2', 'b', 'PXAT', '4000000000123'],
];

const withKeys = (words: Words, tag: string): Words =>
  words.map((word) => word.replace('$1', `{${tag}}a`).replace('$2', `{${tag}}b`));

describe('of the commands of a shard', () => {
  it.each(COMMANDS.map((words) => [words.slice(0, 4).join(' ').slice(0, 60), words] as const))(
    '%s is applied as it would be for its own keys, and left out for those of another part',
    (_, words) => {
      const ours = withKeys(words, 'in');
      const theirs = withKeys(words, 'out');
      expect(sent([ours])).toEqual(sent([ours], everything));
      expect(sent([ours]).length).toBeGreaterThan(0);
      expect(sent([theirs])).toEqual([]);
      const around = [['SET', '{in}before', '1'], theirs, ['SET', '{in}behind', '2']];
      expect(sent(around)).toEqual([around[0], around[2]]);
    },
  );

  it('those of other parts leave no gap within a transaction, and none in what is counted as read', () => {
    const { spool, applier, output } = startApplier(undefined, { slots: SLOTS_IN });
    const stream = [
      ['MULTI'],
      ['SET', '{out}a', '1'],
      ['SET', '{in}a', '1'],
      ['SET', '{out}b', '1'],
      ['SET', '{in}b', '1'],
      ['EXEC'],
    ];
    for (const words of stream) {
      const bytes = bytesOf(words);
      spool.append(bytes, 0, bytes.length);
    }
    while (applier.step(100));
    expect(applier.commandsRead).toBe(4);
    expect(applier.commandsApplied).toBe(2);
    expect(output.commands).toBeGreaterThan(0);
  });

  it('large ones of other parts are passed over whatever they would be sent as', () => {
    const older = { ...abilities('7.2.0'), restoreReplace: false, keepTtl: false, setPxat: false };
    const stream = [
      ['SET', '{out}a', LARGE, 'KEEPTTL'],
      ['RESTORE', '{out}a', '0', LARGE],
      ['SET', '{in}a', '1'],
    ];
    const rewrite = { lateness: exactly(), abilities: older };
    expect(sent(stream, { rewrite, payloadsFit: false })).toEqual([['SET', '{in}a', '1']]);
  });

  it('a key that came by a migration is restored as any other, also where it is large', () => {
    const large = ['RESTORE-ASKING', '{in}a', '4000000000123', `\x00${LARGE}`, 'ABSTTL'];
    expect(sent([large])[0]!.slice(0, 3)).toEqual(['RESTORE', '{in}a', '0']);
    expect(sent([large])[1]).toEqual(['PEXPIREAT', '{in}a', '4000000000123']);
  });
});

it('what a node tells its replicas of slots that are carried in one step is left out', () => {
  const name = 'a'.repeat(40);
  const notices = [
    ['CLUSTER', 'SYNCSLOTS', 'ESTABLISH', 'SOURCE', name, 'NAME', name, 'SLOTSRANGE', '0', '9'],
    ['cluster', 'syncslots', 'FINISH', 'STATE', 'success', 'NAME', name],
    ['CLUSTER', 'SYNCSLOTS', 'CONF', 'ASM-TASK', ''],
    ['TRIMSLOTS', 'RANGES', '1', '0', '9'],
  ];
  const around = (words: Words): Words[] => [['SET', '{in}before', '1'], words, ['SET', '{in}behind', '2']];
  for (const words of notices)
    expect(sent(around(words))).toEqual([
      ['SET', '{in}before', '1'],
      ['SET', '{in}behind', '2'],
    ]);
  for (const words of [
    ['CLUSTER', 'RESET'],
    ['CLUSTER', 'FLUSHSLOTS'],
  ])
    expect(() => sent([words])).toThrow(expect.objectContaining({ code: 'COMMAND_UNSUPPORTED' }));
});

it.each([['FLUSHALL'], ['FLUSHDB', 'ASYNC'], ['SFLUSH', '0', '16383'], ['SFLUSH', '0', '5460', 'SYNC']])(
  'at %s the stream stands until the keys of its slots are removed',
  (...flush) => {
    const { spool, applier } = startApplier(undefined, { slots: SLOTS_IN });
    for (const words of [['SET', '{in}a', '1'], flush, ['SET', '{in}b', '1']]) {
      const bytes = bytesOf(words);
      spool.append(bytes, 0, bytes.length);
    }
    while (applier.step(100));
    expect(applier.commandsApplied).toBe(1);
    expect(applier.flushWanted).toBeDefined();
    applier.passFlush();
    while (applier.step(100));
    expect(applier.commandsRead).toBe(3);
    expect(applier.commandsApplied).toBe(2);
  },
);

describe('the task stops', () => {
  const refused = (code: string): unknown => expect.objectContaining({ code });

  it.each([
    [['DEL', '{in}a', '{out}b']],
    [['MSET', '{out}a', '1', '{in}b', '1']],
    [['RENAME', '{in}a', '{out}b']],
    [['RENAME', '{out}a', '{in}b']],
    [['ZUNIONSTORE', '{in}a', '2', '{in}b', '{out}c']],
    [['BITOP', 'AND', '{in}a', '{in}b', '{out}c']],
    [['SUNIONSTORE', '{in}a', ...Array.from({ length: 20_000 }, (_, i) => `{out}${i}:long enough`)]],
    [['LMOVE', '{in}a', '{out}b', 'LEFT', 'RIGHT']],
  ])('at what no node of a cluster sends: %.20j…', (words) => {
    expect(() => sent([words])).toThrow(refused('SOURCE_PROTOCOL'));
  });

  it('at what may concern any slot', () => {
    expect(() => sent([['SWAPDB', '0', '1']])).toThrow(refused('COMMAND_UNSUPPORTED'));
    expect(() => sent([['EVAL', 'return 1', '0']])).toThrow(refused('SCRIPT_REFUSED'));
  });
});
