import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createArena } from '../../../../electron/engine/arena/arena.ts';
import { command } from '../../../../electron/engine/protocol/resp/encode.ts';
import { Abandoned, NewCopyNeeded } from '../../../../electron/engine/repair/give-up.ts';
import { KeyGroups } from '../../../../electron/engine/repair/key-groups.ts';
import { WindowKeys, type WindowKeysOptions } from '../../../../electron/engine/repair/window-keys.ts';
import { WindowReader } from '../../../../electron/engine/repair/window-reader.ts';
import { CommandKeys } from '../../../../electron/engine/commands/command-keys.ts';
import { CommandTable } from '../../../../electron/engine/commands/command-table.ts';
import { DatabaseChoice } from '../../../../electron/engine/commands/database-choice.ts';
import { allocateChunks, CHUNK_BYTES, HEADROOM_BYTES } from '../../../../electron/engine/log/chunk.ts';
import type { Cursor } from '../../../../electron/engine/log/cursor.ts';
import { Spool } from '../../../../electron/engine/log/spool.ts';
import { SpoolFolder } from '../../../../electron/engine/log/spool-folder.ts';
import { keySlot } from '../../../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

const CHUNKS = 12;
const BASE_OFFSET = 5000;
const arena = createArena(CHUNKS * (CHUNK_BYTES + HEADROOM_BYTES + 64));
const chunks = allocateChunks(arena, { chunks: CHUNKS, chunkBytes: CHUNK_BYTES });

let spool: Spool;
let cursor: Cursor;
let groups: KeyGroups;
let wanted: boolean;

beforeEach(() => {
  wanted = true;
  groups = new KeyGroups();
  const nothing = (): void => undefined;
  const onError = (error: Error): never => {
    throw error;
  };
  spool = new Spool({
    arena,
    chunks,
    chunkBytes: CHUNK_BYTES,
    folder: new SpoolFolder('/nonexistent', 0),
    onWritable: nothing,
    onError,
  });
  cursor = spool.open(0, nothing);
});

afterEach(() => spool.close());

const windowReader = (): WindowReader =>
  new WindowReader(
    systemWorld.clock,
    { cursor, positionAt: (offset) => offset - BASE_OFFSET, offsetAt: (position) => position + BASE_OFFSET },
    () => wanted,
  );

interface Search {
  readonly keys: WindowKeys;
  readonly asked: string[];
}

/** Every key is lost but those that begin with "held". */
function search(
  options: {
    databases?: number[];
    db?: number;
    lateExpiry?: boolean;
    mostKeys?: number;
    unverifiedUntil?: number;
    arrived?: { slots: SlotSet; until: number };
    failed?: WindowKeysOptions['failed'];
    slots?: SlotSet;
    bringsLibraries?: boolean;
  } = {},
): Search {
  const asked: string[] = [];
  const keys = new WindowKeys({
    commandKeys: new CommandKeys(new CommandTable([])),
    databases: new DatabaseChoice(options.databases),
    slots: options.slots,
    bringsLibraries: options.bringsLibraries ?? true,
    groups,
    db: options.db ?? 0,
    unverifiedUntil: options.unverifiedUntil ?? 0,
    arrived: options.arrived,
    failed: options.failed ?? [],
    lost: (db, names) => {
      asked.push(...names.map((name) => `${db}:${name}`));
      return Promise.resolve(names.filter((name) => !name.startsWith('held')));
    },
    lateExpiry: options.lateExpiry ?? false,
    mostKeys: options.mostKeys ?? 1000,
  });
  return { keys, asked };
}

function receive(...lines: readonly (string | Buffer)[]): number {
  for (const line of lines) {
    const bytes = typeof line === 'string' ? command(...line.split(' ')) : line;
    expect(spool.append(bytes, 0, bytes.length)).toBe(bytes.length);
  }
  return BASE_OFFSET + spool.writePosition;
}

const named = (keys: WindowKeys): string[] =>
  [...keys.found].map((id) => `${groups.nameOf(id).db}:${groups.nameOf(id).key}`).sort();

async function found(
  lines: readonly (string | Buffer)[],
  options: Parameters<typeof search>[0] = {},
): Promise<string[]> {
  const { keys } = search(options);
  await windowReader().read(receive(...lines), keys);
  await keys.endSearch();
  return named(keys);
}

describe('the search of a window', () => {
  it('finds the lost keys that a command uses before another overwrites them', async () => {
    const lines = [
      'INCR used',
      'SET overwritten v',
      'INCR overwritten',
      'DEL expired',
      'LPUSH expired x',
      'PEXPIREAT extended 99',
      'INCR held',
      'SET kept v KEEPTTL',
      'RENAME source target',
      'SUNIONSTORE both both other',
    ];
    expect(await found(lines)).toEqual(['0:both', '0:extended', '0:kept', '0:other', '0:source', '0:used']);
  });

  it('follows SELECT, and leaves out other databases and its own keys', async () => {
    const lines = [
      'INCR a',
      'SELECT 3',
      'INCR b',
      'SELECT 7',
      'INCR c',
      'INCR lockstep:x',
      'MOVE d 3',
      'MOVE e 8',
    ];
    expect(await found(lines, { databases: [3, 7], db: 5 })).toEqual(['3:b', '7:c', '7:d', '7:e']);
    const { keys } = search({ databases: [3, 7], db: 7 });
    await windowReader().read(receive('COPY f g DB 3'), keys);
    const names = (db: number, key: string): string[] =>
      groups.groupOf(groups.idOf(db, key)).map((id) => `${groups.nameOf(id).db}:${groups.nameOf(id).key}`);
    expect(names(7, 'f').sort()).toEqual(['3:g', '7:f']);
  });

  it('looks at keys of its slots alone, small commands and large ones', async () => {
    const slots = SlotSet.where((slot) => slot === keySlot(Buffer.from('{in}')));
    const large = (key: string): Buffer => command('APPEND', key, 'x'.repeat(400_000));
    const lines = ['INCR {in}a', 'INCR {out}a', 'RENAME {out}b {out}c', large('{in}l'), large('{out}l')];
    expect(await found(lines, { slots })).toEqual(['0:{in}a', '0:{in}l']);
    expect(await found(lines, { slots, unverifiedUntil: 10_000_000 })).toEqual(['0:{in}a', '0:{in}l']);
    const { keys, asked } = search({ slots, lateExpiry: true });
    await windowReader().read(receive('EXPIRE {out}a 10', 'EXPIRE {in}b 10', 'INCR {out}z'), keys);
    await keys.endSearch();
    expect(asked).toEqual(['0:{in}b']);
    expect(named(keys)).toEqual(['0:{in}b']);
  });

  it('finds all keys of the first command behind where a lane stands that uses one of its slots, and no other', async () => {
    const lane = SlotSet.where((slot) => slot === keySlot(Buffer.from('{in}')));
    const large = command('APPEND', 'held:{in}large', 'x'.repeat(400_000));
    const first = receive('INCR held{in}done', 'INCR held{out}');
    const failed = [{ slots: lane, after: first, before: first + 1, leftOut: undefined }];
    const { keys } = search({ failed });
    const lines = ['INCR held{out}', 'COPY held{out} held:{in}a', 'INCR held:{in}b'];
    await windowReader().read(receive(...lines), keys);
    await keys.endSearch();
    expect(named(keys)).toEqual(['0:held:{in}a', '0:held{out}']);
    const leftOut = new Map([[0, new Map([['held:{in}a', Number.MAX_SAFE_INTEGER]])]]);
    const then = search({ failed: [...failed, { ...failed[0]!, leftOut }] });
    await windowReader().read(receive('INCR held:{in}a', 'INCR held:{in}c', 'INCR held:{in}d'), then.keys);
    await then.keys.endSearch();
    expect(named(then.keys)).toEqual(['0:held:{in}a', '0:held:{in}c']);
    // One behind the place up to which they were left out may be it.
    const later = search({
      failed: [{ ...failed[0]!, leftOut: new Map([[0, new Map([['held:{in}e', first]])]]) }],
    });
    await windowReader().read(receive('INCR held:{in}e'), later.keys);
    await later.keys.endSearch();
    expect(named(later.keys)).toEqual(['0:held:{in}e']);
    const at = receive();
    const again = search({ failed: [{ slots: lane, after: at, before: at + 1, leftOut: undefined }] });
    await windowReader().read(receive(large, 'INCR held:{in}b'), again.keys);
    await again.keys.endSearch();
    expect(named(again.keys)).toEqual(['0:held:{in}large']);
  });

  it('reads a command to its end that an offset lies in, be it held or too large for that', async () => {
    for (const last of ['APPEND last x', command('APPEND', 'last', 'x'.repeat(400_000))]) {
      const { keys, asked } = search();
      const before = receive('INCR first');
      const end = receive(last);
      const reader = windowReader();
      await reader.readPast(before + 10, keys);
      await keys.endSearch();
      expect(asked).toEqual(['0:first', '0:last']);
      await reader.read(end, keys);
      groups = new KeyGroups();
    }
  });

  it('asks about each key once', async () => {
    const { keys, asked } = search();
    await windowReader().read(receive('INCR a', 'INCR b', 'INCR a', 'LMOVE a b LEFT LEFT'), keys);
    await keys.endSearch();
    expect(asked.sort()).toEqual(['0:a', '0:b']);
  });

  it('only notes what is used together after its end', async () => {
    const { keys } = search();
    const reader = windowReader();
    await reader.read(receive('INCR a'), keys);
    await keys.endSearch();
    const end = receive('INCR b', 'SMOVE a c m');
    await reader.read(receive('INCR c'), keys);
    expect(named(keys)).toEqual(['0:a']);
    expect(keys.uses).toEqual([{ end, ids: [groups.idOf(0, 'c'), groups.idOf(0, 'a')] }]);
  });

  it('goes on behind a flush, by which nothing is used', async () => {
    const lines = ['INCR a', 'FLUSHDB', 'SELECT 3', 'FLUSHALL ASYNC', 'INCR b'];
    expect(await found(lines)).toEqual(['0:a', '3:b']);
  });

  it('gives up at a flush that may have failed unseen', async () => {
    await expect(found(['FLUSHDB'], { unverifiedUntil: Number.MAX_SAFE_INTEGER })).rejects.toThrow('FLUSHDB');
  });

  it('asks for keys of swapped databases where they are on the target', async () => {
    const { keys, asked } = search();
    const lines = [
      'INCR held:a',
      'SWAPDB 0 1',
      'INCR held:b',
      'SWAPDB 1 2',
      'SELECT 2',
      'INCR held:c',
      'SELECT 4',
      'INCR d',
    ];
    await windowReader().read(receive(...lines), keys);
    await keys.endSearch();
    expect(asked.sort()).toEqual(['0:held:a', '0:held:c', '1:held:b', '4:d']);
    expect(named(keys)).toEqual(['4:d']);
  });

  it('gives up where a lost key is in a database that was swapped, and where a swap may have failed', async () => {
    for (const lines of [
      ['INCR a', 'SWAPDB 0 1'],
      ['SWAPDB 0 1', 'INCR b'],
      ['SWAPDB 0 1', 'SWAPDB 0 1', 'INCR b'],
    ])
      await expect(found(lines)).rejects.toThrow('has swapped the database');
    await expect(found(['SWAPDB 2 3'], { unverifiedUntil: 10_000_000 })).rejects.toThrow('SWAPDB');
    await expect(found(['SWAPDB 0 1'], { databases: [0] })).rejects.toThrow('SWAPDB');
  });

  it('passes over a swap of databases that are not taken', async () => {
    expect(await found(['SWAPDB 1 2'], { databases: [0] })).toEqual([]);
  });

  it.each(['EVAL code 0', 'NEVER.HEARD x'])('gives up at %s', async (line) => {
    await expect(found(['INCR a', line])).rejects.toThrow(NewCopyNeeded);
  });

  it('takes all keys of commands that may have failed, overwritten or not, and looks at later ones as ever', async () => {
    const unverifiedUntil = receive(
      'SET held:set v',
      'SELECT 2',
      'MOVE held:moved 3',
      'DEL held:del',
      'PING',
    );
    const lines = ['INCR held:later', 'SET over v', 'INCR used'];
    expect(await found(lines, { unverifiedUntil })).toEqual([
      '0:held:set',
      '2:held:del',
      '2:held:moved',
      '2:used',
      '3:held:moved',
    ]);
  });

  it('gives up at a change of functions that may have failed', async () => {
    const lines = ['INCR held:a', 'FUNCTION FLUSH'];
    expect(await found(lines)).toEqual([]);
    await expect(found(lines, { unverifiedUntil: 10_000_000 })).rejects.toThrow('has run FUNCTION');
  });

  it('does not ask what became of functions that another part brings', async () => {
    const lines = ['FUNCTION FLUSH', 'INCR a'];
    const unverified = { unverifiedUntil: 10_000_000 };
    expect(await found(lines, { ...unverified, bringsLibraries: false })).toEqual(['0:a']);
    await expect(found(lines, unverified)).rejects.toThrow('FUNCTION');
  });

  it('gives up at too many keys', async () => {
    const lines = Array.from({ length: 11 }, (_, i) => `INCR k${i}`);
    await expect(found(lines, { mostKeys: 10 })).rejects.toThrow('more than 10 of them');
    expect(await found(['INCR held:1'], { mostKeys: 10 })).toEqual([]);
  });

  it('finds the keys whose expiry came as a time that remained, where the source sends it so', async () => {
    const lines = [
      'SETEX held:set 10 v',
      'SET held:px v PX 10',
      'SETEX held:gone 10 v',
      'DEL held:gone',
      'EXPIRE held:plain 10',
      'SET held:plain v',
      'EXPIRE held:from 10',
      'RENAME held:from held:to',
      'SET held:from v',
      'PEXPIREAT held:at 99',
    ];
    expect(await found(lines, { lateExpiry: true })).toEqual(['0:held:px', '0:held:set', '0:held:to']);
    expect(await found(lines)).toEqual([]);
  });
});

describe('reading a window', () => {
  const large = (...words: readonly string[]): Buffer => command(...words, 'v'.repeat(CHUNK_BYTES * 1.5));

  it('passes over commands that are larger than any window', async () => {
    const lines = ['INCR a', large('SET', 'big'), large('HSET', 'held:big', 'f'), '\n', 'INCR b'];
    const mixed = lines.map((line) => (line === '\n' ? Buffer.from('\n') : line));
    expect(await found(mixed)).toEqual(['0:a', '0:b', '0:big']);
  });

  it('takes the key of a large command that may have failed', async () => {
    const options = { unverifiedUntil: BASE_OFFSET + spool.writePosition + 1 };
    expect(await found([large('SET', 'held:big')], options)).toEqual(['0:held:big']);
  });

  it.each([['MSET a'], ['DEL a'], ['EVAL']])(
    'gives up at a large %s, whose keys are not in view',
    async (line) => {
      await expect(found([large(...line.split(' '))])).rejects.toThrow(NewCopyNeeded);
    },
  );

  it('gives up at a command that may be too large for the window when it is applied', async () => {
    expect(await found([command('MSET', 'a', 'v'.repeat(100_000)), 'INCR b'])).toEqual(['0:b']);
    await expect(found([command('MSET', 'a', 'v'.repeat(300_000))])).rejects.toThrow(NewCopyNeeded);
  });

  it('waits for what has not been received', async () => {
    const { keys } = search();
    const reader = windowReader();
    receive('INCR a');
    const end = BASE_OFFSET + spool.writePosition + command('INCR', 'b').length;
    let done = false;
    const reading = reader.read(end, keys).then(() => (done = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(done).toBe(false);
    receive('INCR b');
    reader.wake();
    await reading;
    await keys.endSearch();
    expect(named(keys)).toEqual(['0:a', '0:b']);
  });

  it('stops in front of the offset', async () => {
    const { keys } = search();
    const end = receive('INCR a');
    receive('INCR b');
    await windowReader().read(end, keys);
    await keys.endSearch();
    expect(named(keys)).toEqual(['0:a']);
    expect(cursor.readPosition + BASE_OFFSET).toBe(end);
  });

  it('ends when nobody wants it any more, and at an offset within a command', async () => {
    const { keys } = search();
    const reader = windowReader();
    const end = receive('INCR a');
    await expect(reader.read(end - 3, keys)).rejects.toThrow(NewCopyNeeded);
    const reading = windowReader().read(end + 100, keys);
    wanted = false;
    await expect(reading).rejects.toThrow(Abandoned);
  });
});
