import { expect, it } from 'vitest';
import { createArena } from '../../../../electron/engine/arena/arena.ts';
import { setsByDatabase } from '../../../../electron/engine/checkpoint/kept-sets.ts';
import { CommandKeys } from '../../../../electron/engine/commands/command-keys.ts';
import { CommandTable } from '../../../../electron/engine/commands/command-table.ts';
import { DatabaseChoice } from '../../../../electron/engine/commands/database-choice.ts';
import { KeptGuard } from '../../../../electron/engine/pipeline/kept-guard.ts';
import type { KeptNames } from '../../../../electron/engine/pipeline/kept-names.ts';
import { CommandOutput, OUTPUT_BYTES } from '../../../../electron/engine/protocol/resp/command-output.ts';
import { command } from '../../../../electron/engine/protocol/resp/encode.ts';
import type { BatchWriter } from '../../../../electron/engine/writer/batch-writer.ts';
import { StagedCommands } from '../../../../electron/engine/writer/script/staged-commands.ts';
import { StreamPlaces } from '../../../../electron/engine/writer/stream-places.ts';
import { startApplier } from '../../../support/target/stream-applier.ts';

/** `name key`, where it ends in the stream, and what is said of it beside that. */
type Taken = [string, number, ...string[]];

/** Applies a stream to an output, as to a cluster. @returns what was taken from there */
function takenOf(stream: readonly Buffer[], flushEach = false, guard?: KeptGuard): Taken[] {
  const taken: Taken[] = [];
  const arena = createArena(4 * OUTPUT_BYTES);
  const output: CommandOutput = new CommandOutput({
    mem: arena.mem,
    addresses: [arena.allocate(OUTPUT_BYTES)],
    send: (buf, from, to, done) => {
      staged.push(buf, from, to, () => {
        output.answer(output.commands - output.answered);
        done();
      });
    },
  });
  const places = new StreamPlaces(
    () => output.bytes,
    () => staged.drain(),
  );
  const staged = new StagedCommands(
    places,
    {
      take: (mem, reader, _at, _to, end) => {
        const [name, key] = [0, 1].map((i) => mem.toString('latin1', reader.from[i], reader.to[i]));
        const said = [places.isPart ? 'part' : '', places.inTransaction ? 'inside' : ''];
        taken.push([`${name} ${key}`, end, ...said.filter((word) => word !== '')]);
      },
    },
    0,
  );
  const batch = { places, prepare: () => {}, wrote: () => {} } as unknown as BatchWriter;
  const { spool, applier } = startApplier({ batch, output }, { guard });
  const all = Buffer.concat(stream);
  // A spool takes no more at a time than the source's socket gives.
  for (let at = 0; at < all.length; at += 100_000) {
    spool.append(all, at, Math.min(all.length, at + 100_000));
    while (applier.step(100)) if (flushEach) output.flush();
  }
  output.flush();
  expect(staged.empty).toBe(true);
  expect(output.inFlightBytes).toBe(0);
  return taken;
}

/** The offsets behind each of these. */
function endsOf(stream: readonly Buffer[]): number[] {
  let end = 0;
  return stream.map((bytes) => (end += bytes.length));
}

it.each([true, false])('is told of whatever is applied (flushed after each step: %s)', (flushEach) => {
  const far = '4000000000';
  const stream = [
    command('SELECT', '0'),
    command('INCR', 'a'),
    command('INCR', 'b'),
    Buffer.from('\n'),
    command('INCR', 'c'),
    command('PING'),
    // It is written with another time.
    command('SETEX', 'd', '100', 'v'),
    command('EXPIREAT', 'e', far),
    command('MULTI'),
    command('INCR', 'f'),
    command('EXPIREAT', 'g', far),
    command('EXEC'),
    command('INCR', 'h'),
  ];
  const end = endsOf(stream);
  const taken = takenOf(stream, flushEach);
  const [d] = taken.filter(([text]) => text.endsWith(' d'));
  expect(taken).toEqual([
    ['INCR a', end[1]],
    ['INCR b', end[2]],
    ['INCR c', end[4]],
    [d![0], end[6]],
    ['PEXPIREAT e', end[7]],
    ['INCR f', end[9], 'inside'],
    ['PEXPIREAT g', end[10], 'inside'],
    ['INCR h', end[12]],
  ]);
});

it('has removals of the target’s own keys stand before their command, as what may be done again', () => {
  const names = { mayHold: () => true } as unknown as KeptNames;
  const databases = new DatabaseChoice(undefined);
  const guard = new KeptGuard(setsByDatabase('t'), names, new CommandKeys(new CommandTable([])), databases);
  const stream = [
    command('PING'),
    command('INCR', 'a'),
    command('MULTI'),
    command('RENAME', 'b', 'c'),
    command('EXEC'),
    // They go out as they come, are divided, and are gathered.
    command('APPEND', 'd', 'v'.repeat(400_000)),
    command('MSET', 'e', 'v'.repeat(200_000), 'f', 'v'.repeat(300_000)),
    command('SUNIONSTORE', 'g', ...Array.from({ length: 40_000 }, () => 'h')),
    command('INCR', 'i'),
  ];
  const end = endsOf(stream);
  const taken = takenOf(stream, false, guard);
  const seen = taken.filter((one, n) => one.join() !== taken[n - 1]?.join());
  expect(seen.map(([text, ...rest]) => [text.split(' ')[0], ...rest])).toEqual([
    ['EVAL', end[0], 'part'],
    ['INCR', end[1]],
    ['EVAL', end[2], 'part', 'inside'],
    ['RENAME', end[3], 'inside'],
    ['EVAL', end[4], 'part'],
    ['APPEND', end[5]],
    ['EVAL', end[5], 'part'],
    ['MSET', end[5], 'part'],
    ['EVAL', end[5], 'part'],
    ['SET', end[5], 'part'],
    ['EVAL', end[6], 'part'],
    ['SUNIONSTORE', end[7]],
    ['EVAL', end[7], 'part'],
    ['INCR', end[8]],
  ]);
});

it('is told where commands end that are too large to be held', () => {
  const value = 'v'.repeat(700_000);
  const words = Array.from({ length: 60_000 }, (_, n) => `word:${n}`);
  const stream = [
    command('INCR', 'a'),
    // It goes out as it comes.
    command('APPEND', 'b', value),
    command('INCR', 'c'),
    // It is divided.
    command('MSET', 'd', '1', 'e', value, 'f', '2', 'g', value),
    command('INCR', 'h'),
    command('DEL', ...words),
    command('INCR', 'i'),
    command('RPUSH', 'j', ...words),
  ];
  const end = endsOf(stream);
  const taken = takenOf(stream);
  expect(taken.filter(([text]) => !text.startsWith('DEL'))).toEqual([
    ['INCR a', end[0]],
    ['APPEND b', end[1]],
    ['INCR c', end[2]],
    ['MSET d', end[2], 'part'],
    ['SET e', end[2], 'part'],
    ['MSET f', end[2], 'part'],
    ['SET g', end[2], 'part'],
    ['INCR h', end[4]],
    ['INCR i', end[6]],
    ['RPUSH j', end[7]],
  ]);
  const parts = taken.filter(([text]) => text.startsWith('DEL'));
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts) expect(part.slice(1)).toEqual([end[4], 'part']);
});

it('is told of a command that is gathered where it ends, and of what stands around it', () => {
  const members = Array.from({ length: 40_000 }, (_, n) => [String(n), `member:${n}`]).flat();
  const stream = [
    command('INCR', 'a'),
    command('LMPOP', '2', 'x'.repeat(300_000), 'y', 'LEFT'),
    command('INCR', 'b'),
  ];
  const end = endsOf(stream);
  expect(takenOf(stream).map(([, at]) => at)).toEqual(end);
  const more = [command('ZADD', 'z', ...members), command('INCR', 'b')];
  expect(takenOf(more).map(([, at]) => at)).toEqual(endsOf(more));
});
