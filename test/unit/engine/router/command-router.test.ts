import { describe, expect, it } from 'vitest';
import { REMOVE_KEPT } from '../../../../electron/engine/commands/remove-kept.ts';
import { CommandTable } from '../../../../electron/engine/commands/command-table.ts';
import { CommandRouter, ROUTE } from '../../../../electron/engine/router/command-router.ts';
import { keySlot, SLOTS } from '../../../../electron/engine/router/key-slot.ts';
import type { ServerCommand } from '../../../../electron/engine/commands/server-command.ts';
import { readCommand } from '../../../support/read-command.ts';

const jsonMset: ServerCommand = {
  name: 'json.mset',
  arity: -4,
  write: true,
  first: 1,
  last: -1,
  step: 3,
  movable: false,
};
const NAMES = ['a', 'b', 'c'];
/** Each key of a single letter has a lane of its own, and whatever else there is is in lane 9. */
const laneOfSlot = new Int16Array(SLOTS).fill(9);
for (const [lane, name] of NAMES.entries()) laneOfSlot[keySlot(Buffer.from(name))] = lane;
laneOfSlot[keySlot(Buffer.from('lost'))] = -1;
const router = new CommandRouter(new CommandTable([jsonMset]), laneOfSlot);

/** `lane 0`; the parts, as `0: DEL a`; what is read where and written; or what stands for them. */
function routed(line: string): string {
  const { mem, reader } = readCommand(...line.split(' '));
  const route = router.route(mem, reader);
  if (route >= 0) return `lane ${route}`;
  if (route === ROUTE.NOWHERE) return 'nowhere';
  if (route === ROUTE.EVERY_NODE) return `every node: ${router.words.join(' ')}`;
  if (route === ROUTE.PARTS)
    return router.parts.map(({ lane, words }) => `${lane}: ${words.join(' ')}`).join(', ');
  const { crossing, keys, given, left } = router.crossing!;
  const used = keys.map(({ index, lane }) => `${given[index]}@${lane}`).join(' ');
  return `${crossing.kind} ${used}${left ? `, left: ${left.map((words) => words.join(' ')).join('; ')}` : ''}`;
}

describe('the way of a command', () => {
  it.each([
    ['SET a 1', 'lane 0'],
    ['incr b', 'lane 1'],
    ['XGROUP CREATE c g 0', 'lane 2'],
    ['DEL a', 'lane 0'],
    ['MOVE b 1', 'lane 1'],
    ['DEL {a}1 {a}2', 'lane 0'],
    ['RENAME {x}1 {x}2', 'lane 9'],
    ['SUNIONSTORE {c}1 c {c}2', 'lane 2'],
    ['SORT {b}1 LIMIT 0 5 STORE b', 'lane 1'],
    [`${REMOVE_KEPT} lockstep:{c}:kept:t c`, 'lane 2'],
  ])('%s → %s', (line, expected) => {
    expect(routed(line)).toBe(expected);
  });

  it.each([
    ['DEL a b {a}x', '0: DEL a {a}x, 1: DEL b'],
    ['UNLINK a b', '0: UNLINK a, 1: UNLINK b'],
    ['TOUCH a c', '0: TOUCH a, 2: TOUCH c'],
    ['MSET a 1 b 2 a 3', '0: MSET a 1 a 3, 1: MSET b 2'],
    ['MSETNX a 1 c 2', '0: MSETNX a 1, 2: MSETNX c 2'],
    ['MSETEX 3 a 1 b 2 {a}x 3 PXAT 99', '0: MSETEX 2 a 1 {a}x 3 PXAT 99, 1: MSETEX 1 b 2 PXAT 99'],
    ['DEL x y x', '9: DEL x x, 9: DEL y'],
    ['PFCOUNT a b', '0: PFCOUNT a, 1: PFCOUNT b'],
    ['SMOVE a b m', '0: SREM a m, 1: SADD b m'],
    ['SORT a GET # STORE {a}d', '0: SORT a STORE {a}d'],
  ])('%s is divided: %s', (line, expected) => {
    expect(routed(line)).toBe(expected);
  });

  it.each([
    ['BITOP AND a b c', 'gathers a@0 b@1 c@2'],
    ['SUNIONSTORE a a b b', 'gathers a@0 a@0 b@1 b@1'],
    ['ZUNIONSTORE a 2 b c WEIGHTS 1 2', 'gathers a@0 b@1 c@2'],
    ['PFMERGE a b', 'gathers a@0 b@1'],
    ['GEOSEARCHSTORE a b FROMMEMBER m BYBOX 1 1 m', 'gathers a@0 b@1'],
    ['GEORADIUS b 1 2 3 km STOREDIST a', 'gathers a@0 b@1'],
    ['SORT a GET # BY nosort STORE b', 'gathers b@1 a@0'],
    // A node takes no command with keys of two slots, though both are its own.
    ['RENAME x y', 'carries y@9 x@9, left: DEL x'],
    ['SORT a BY w_* STORE {a}d', 'sorts {a}d@0 a@0'],
    ['SORT a GET # GET o_* STORE b', 'sorts b@1 a@0'],
    ['SORT a GET # GET # STORE {a}d', 'sorts {a}d@0 a@0'],
    ['COPY a b REPLACE', 'carries b@1 a@0'],
    ['RENAME a b', 'carries b@1 a@0, left: DEL a'],
    ['RENAMENX a b', 'carries b@1 a@0, left: DEL a'],
    ['LMOVE a b LEFT RIGHT', 'carries a@0 b@1, left: LPOP a'],
    ['BLMOVE a b right left 0', 'carries a@0 b@1, left: RPOP a'],
    ['RPOPLPUSH a b', 'carries a@0 b@1, left: RPOP a'],
    ['BRPOPLPUSH a b 0', 'carries a@0 b@1, left: RPOP a'],
  ])('%s crosses: %s', (line, expected) => {
    expect(routed(line)).toBe(expected);
  });

  it.each([
    ['MULTI', 'nowhere'],
    ['EXEC', 'nowhere'],
    ['FUNCTION DELETE lib', 'every node: FUNCTION DELETE lib'],
    ['FLUSHALL', 'every node: FLUSHALL'],
    ['SCRIPT LOAD x', 'every node: SCRIPT LOAD x'],
  ])('%s → %s', (line, expected) => {
    expect(routed(line)).toBe(expected);
  });

  it.each([
    'BLPOP a b 0',
    'ZMPOP 2 a b MIN',
    'JSON.MSET a . 1 b . 2',
    'SORT a BY w_* LIMIT 0 5',
    'SWAPDB 0 1',
    'NEVER.HEARD a',
  ])('%s is refused by name', (line) => {
    expect(() => routed(line)).toThrow(
      expect.objectContaining({
        code: 'COMMAND_UNSUPPORTED',
        message: expect.stringContaining(line.split(' ')[0]!),
      }),
    );
  });

  it('scripts are refused as such', () => {
    expect(() => routed('EVAL code 1 a')).toThrow(expect.objectContaining({ code: 'SCRIPT_REFUSED' }));
  });

  it.each(['SET lost 1', 'DEL a lost'])('%s is a fault where the slot is in no lane', (line) => {
    expect(() => routed(line)).toThrow(
      expect.objectContaining({ code: 'INTERNAL', message: expect.stringMatching(/slot \d+,/) }),
    );
  });

  it('does not take what was told of the command before for its own', () => {
    expect(routed('RENAME a b')).toContain('left: DEL a');
    expect(routed('COPY a b')).toBe('carries b@1 a@0');
    expect(routed('JSON.MSET a . 1 {a}b . 2')).toBe('lane 0');
  });
});

describe('a command of more words than a script runs', () => {
  const many = (count: number, ...head: string[]): string =>
    [...head, ...Array.from({ length: count }, (_, i) => String(i))].join(' ');
  const pieces = (line: string): { lanes: number[]; heads: string[]; counts: number[]; rest: string } => {
    const { mem, reader } = readCommand(...line.split(' '));
    expect(router.route(mem, reader)).toBe(ROUTE.PARTS);
    const all = router.parts.map(({ lane, words }) => ({ lane, words: words.map(String) }));
    return {
      lanes: all.map(({ lane }) => lane),
      heads: all.map(({ words }) => words.slice(0, 4).join(' ')),
      counts: all.map(({ words }) => words.length),
      rest: all.flatMap(({ words }) => words.slice(2)).join(' '),
    };
  };

  it.each([
    [many(20_000, 'RPUSH', 'a'), 3],
    [many(16_000, 'HSET', 'b'), 3],
    [many(9000, 'SADD', 'c'), 2],
  ])('is divided among several of its lane, in order', (line, count) => {
    const { lanes, counts, rest } = pieces(line);
    expect(new Set(lanes).size).toBe(1);
    expect(counts).toHaveLength(count);
    expect(Math.max(...counts)).toBeLessThanOrEqual(7900);
    expect(rest).toBe(line.split(' ').slice(2).join(' '));
  });

  it('keeps the options in front of each piece', () => {
    expect(pieces(many(8000, 'ZADD', 'a', 'NX', 'CH')).heads).toEqual(['ZADD a NX CH', 'ZADD a NX CH']);
    expect(pieces(many(9000, 'GEOADD', 'a', 'XX')).counts.map((count) => (count - 3) % 3)).toEqual([0, 0]);
    expect(pieces(many(8000, 'XACK', 'a', 'group')).heads[1]).toMatch(/^XACK a group \d+$/);
  });

  it('is divided as well where its keys are many of one slot', () => {
    const names = Array.from({ length: 9000 }, (_, i) => `{a}${i}`).join(' ');
    expect(pieces(`DEL ${names} b`).lanes).toEqual([0, 0, 1]);
    expect(pieces(`UNLINK ${names}`).lanes).toEqual([0, 0]);
  });

  it('is refused by name where it is no list', () => {
    const names = Array.from({ length: 9000 }, (_, i) => `{a}${i}`).join(' ');
    const { mem, reader } = readCommand(...`SUNIONSTORE a ${names}`.split(' '));
    expect(() => router.route(mem, reader)).toThrow(/SUNIONSTORE with 9002 words/);
  });
});
