import { describe, expect, it } from 'vitest';
import { CommandTable } from '../../../../electron/engine/commands/command-table.ts';
import { DividedCommand, PART_BYTES } from '../../../../electron/engine/pipeline/divided-command.ts';
import { GATHERED_BYTES } from '../../../../electron/engine/pipeline/gathered-command.ts';
import { LargeCommand } from '../../../../electron/engine/pipeline/large-command.ts';
import { exactly } from '../../../../electron/engine/expiry/late-expiry.ts';
import { bulk, command } from '../../../../electron/engine/protocol/resp/encode.ts';
import { randomOf } from '../../../support/rdb/portions.ts';
import { abilities, Sink, wordsOf } from '../../../support/target/sink.ts';

const table = new CommandTable([]);
const LARGE = Buffer.alloc(PART_BYTES + 1, 'v\r\n$1\r\n');

function dividing(name: string, args: number, sink: Sink): { divided: DividedCommand; parts: Buffer[] } {
  const parts: Buffer[] = [];
  const divided = new DividedCommand({
    ...{ name, args, parts: table.named(name)!.row.parts! },
    onPart: (part) => {
      parts.push(part);
      sink.output.beginMany(1);
      sink.output.copy(part, 0, part.length);
    },
    passValue: (key) => {
      const passing = new LargeCommand({
        ...{ output: sink.output, row: table.named('set')!.row, args: 3, ranAtMs: 0 },
        rewrite: { lateness: exactly(), abilities: abilities() },
      });
      const front = Buffer.concat([bulk(Buffer.from('SET')), bulk(key)]);
      passing.push(front, 0, front.length);
      return passing;
    },
  });
  return { divided, parts };
}

/** The commands that one is divided into, given in portions of so many bytes more each time. */
function divide(given: readonly (string | Buffer)[], sizes: () => number): string[][] {
  const bytes = Buffer.concat([command(...given), command('NEXT')]);
  const sink = new Sink();
  const { divided, parts } = dividing(String(given[0]), given.length, sink);
  const head = bytes.indexOf('\n') + 1;
  let at = head;
  for (let end = head; !divided.done;) {
    end = Math.min(bytes.length, end + sizes());
    at = divided.push(bytes, at, end);
  }
  expect(at).toBe(command(...given).length);
  for (const part of parts) expect(part.length).toBeLessThan(3 * PART_BYTES);
  return wordsOf(sink.bytes());
}

const random = randomOf(7);
const PORTIONS = [() => 1e9, () => 65_536, () => 1 + Math.floor(200_000 * random() ** 3)];

/** All words behind the first `head`, which are the same in each. */
const joined = (commands: readonly string[][], head = 1): string[] =>
  commands.flatMap((words) => words.slice(head));

describe('a list of keys that is larger than what is held', () => {
  it('becomes several of a part each, in their order', () => {
    const keys = Array.from({ length: 30_000 }, (_, i) => `key:${i}:${'x'.repeat(i % 60)}`);
    for (const sizes of PORTIONS) {
      const commands = divide(['UNLINK', ...keys], sizes);
      expect(commands.length).toBeGreaterThan(3);
      expect(new Set(commands.map(([name]) => name))).toEqual(new Set(['UNLINK']));
      expect(joined(commands)).toEqual(keys);
    }
  });

  it('keeps each key with its value, and passes a large one by itself', () => {
    const pairs = Array.from({ length: 900 }, (_, i) => [`key ${i}`, 'v'.repeat(i)]).flat();
    pairs.splice(
      800,
      0,
      'large',
      LARGE.toString('latin1'),
      'large',
      'small',
      'larger',
      LARGE.toString('latin1'),
    );
    for (const sizes of PORTIONS) {
      const commands = divide(
        ['msetnx', ...pairs.map((one) => Buffer.from(one, 'latin1')), 'last', LARGE],
        sizes,
      );
      expect(commands.filter(([name]) => name === 'SET').map(([, key]) => key)).toEqual([
        'large',
        'larger',
        'last',
      ]);
      expect(new Set(commands.map(([name]) => name))).toEqual(new Set(['MSET', 'SET']));
      expect(joined(commands)).toEqual([...pairs, 'last', LARGE.toString('latin1')]);
    }
  });

  it('is taken byte by byte', () => {
    expect(divide(['MSET', 'a', '1', '', ''], () => 1)).toEqual([['MSET', 'a', '1', '', '']]);
    expect(divide(['DEL', '', 'b'], () => 1)).toEqual([['DEL', '', 'b']]);
  });

  it('begins each part with the key that they are all merged into', () => {
    const keys = Array.from({ length: 30 }, (_, i) => `${i}:${'x'.repeat(50_000)}`);
    const commands = divide(['PFMERGE', 'to', ...keys], () => 10_000);
    expect(commands.length).toBeGreaterThan(3);
    for (const words of commands) expect(words.slice(0, 2)).toEqual(['PFMERGE', 'to']);
    expect(joined(commands, 2)).toEqual(keys);
    expect(divide(['PFMERGE', LARGE], () => 10_000)).toEqual([['PFMERGE', LARGE.toString('latin1')]]);
  });

  it('is refused where one key is larger than anything that is held', () => {
    const { divided } = dividing('DEL', 2, new Sink());
    const head = Buffer.from(`$3\r\nDEL\r\n$${GATHERED_BYTES}\r\n`);
    expect(() => divided.push(head, 0, head.length)).toThrow(
      expect.objectContaining({ code: 'COMMAND_TOO_LARGE', message: expect.stringContaining('DEL') }),
    );
  });
});
