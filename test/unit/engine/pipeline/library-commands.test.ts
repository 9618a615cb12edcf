import { expect, it } from 'vitest';
import { createArena } from '../../../../electron/engine/arena/arena.ts';
import { LeftOutLibraries } from '../../../../electron/engine/commands/left-out-libraries.ts';
import { libraryName } from '../../../../electron/engine/commands/library-name.ts';
import {
  LibraryCommands,
  type LibraryCommandsOptions,
} from '../../../../electron/engine/pipeline/library-commands.ts';
import { decodeLibraries } from '../../../../electron/engine/writer/copy/decode-libraries.ts';
import { LibraryCopy } from '../../../../electron/engine/writer/copy/library-copy.ts';
import { libraryPayload } from '../../../../electron/engine/writer/copy/library-payload.ts';

const arena = createArena(1024 * 1024);
const code = (name: string): Buffer => Buffer.from(`#!lua name=${name}\nredis.register_function('f', f)`);

const start = (options: Partial<LibraryCommandsOptions> = {}): LibraryCommands =>
  new LibraryCommands({
    arena,
    functionsKnown: true,
    leftOut: undefined,
    bringsLibraries: true,
    flushConsented: false,
    keptLibraries: ['mine', 'other'],
    ...options,
  });
const forms = (commands: LibraryCommands, ...words: (string | Buffer)[]): string[][] =>
  commands
    .forms(words.map((word) => (typeof word === 'string' ? Buffer.from(word) : word)))
    .map((form) => form.map(String));

it('finds the name of a library in its first line, as the server does', () => {
  expect(libraryName(Buffer.from('#!lua name=a_1\nname=b'))).toBe('a_1');
  expect(libraryName(Buffer.from('#!LUA  NAME="quoted" \r\n'))).toBe('quoted');
  expect(libraryName(Buffer.from('#!js api_version=1.0 name=third'))).toBe('third');
  for (const none of ['', 'name=a', '#!lua rename=a\n', '#!lua\nname=a', '#!lua name=\n'])
    expect(() => libraryName(Buffer.from(none))).toThrow(
      expect.objectContaining({ code: 'SOURCE_PROTOCOL' }),
    );
});

it('passes on what concerns the libraries of the source as it came', () => {
  const commands = start();
  expect(forms(commands, 'FUNCTION', 'LOAD', code('its'))).toEqual([
    ['FUNCTION', 'LOAD', String(code('its'))],
  ]);
  expect(forms(commands, 'function', 'delete', 'its')).toEqual([['function', 'delete', 'its']]);
  expect(commands.kept).toEqual(['mine', 'other']);
});

it('gives a name of the target over at its first use, and flushes none of its own without consent', () => {
  const commands = start();
  const loaded = ['FUNCTION', 'LOAD', 'REPLACE', String(code('mine'))];
  expect(forms(commands, 'FUNCTION', 'LOAD', code('mine'))).toEqual([loaded]);
  expect(commands.kept).toEqual(['other']);
  const flush = expect.objectContaining({ code: 'FLUSH_NEEDS_CONSENT' });
  expect(() => forms(commands, 'FUNCTION', 'FLUSH')).toThrow(flush);
  const dump = libraryPayload([code('x')], arena);
  expect(() => forms(commands, 'FUNCTION', 'RESTORE', dump, 'flush')).toThrow(flush);
  forms(commands, 'FUNCTION', 'DELETE', 'other');
  expect(forms(commands, 'FUNCTION', 'FLUSH', 'SYNC')).toEqual([['FUNCTION', 'FLUSH', 'SYNC']]);
  const consented = start({ flushConsented: true });
  forms(consented, 'FUNCTION', 'FLUSH');
  expect(consented.kept).toEqual([]);
});

it('restores a dump of any version under one that every target takes, and replaces what only the target had', () => {
  const dump = libraryPayload([code('x'), code('mine')], arena);
  const newer = Buffer.from(dump);
  newer.writeUInt16LE(80, newer.length - 10);
  const commands = start();
  const [sent] = commands.forms([Buffer.from('FUNCTION'), Buffer.from('RESTORE'), newer]);
  expect(sent).toEqual(['FUNCTION', 'RESTORE', dump, 'REPLACE']);
  expect(forms(start({ keptLibraries: [] }), 'FUNCTION', 'RESTORE', newer)[0]![3]).toBe('APPEND');
  expect(decodeLibraries(dump, arena).map(libraryName)).toEqual(['x', 'mine']);
  for (const broken of [dump.subarray(0, 5), Buffer.concat([Buffer.from('\0x'), dump])])
    expect(() => forms(start(), 'FUNCTION', 'RESTORE', broken)).toThrow(
      expect.objectContaining({ code: 'SOURCE_PROTOCOL' }),
    );
});

it('leaves out what a target cannot hold only by consent, and knows what it is, of the copy and of the stream', () => {
  const unsupported = expect.objectContaining({ code: 'FUNCTIONS_UNSUPPORTED' });
  expect(() => forms(start({ functionsKnown: false }), 'FUNCTION', 'LOAD', code('x'))).toThrow(unsupported);
  const ground = { task: 't', known: false, standing: [], kept: [] };
  expect(() => new LibraryCopy({ ...ground, leftOut: undefined }, arena).add(code('x'))).toThrow(unsupported);

  const told: string[] = [];
  const leftOut = new LeftOutLibraries((name) => told.push(name));
  const copy = new LibraryCopy({ ...ground, leftOut }, arena);
  copy.add(code('x'));
  expect(copy.commands(true)).toEqual([]);
  const commands = start({ functionsKnown: false, leftOut });
  expect(forms(commands, 'FUNCTION', 'LOAD', 'REPLACE', code('x'))).toEqual([]);
  forms(commands, 'FUNCTION', 'RESTORE', libraryPayload([code('y'), code('z')], arena));
  expect([leftOut.count, told]).toEqual([3, ['x', 'y', 'z']]);
  forms(commands, 'FUNCTION', 'DELETE', 'y');
  expect(leftOut.count).toBe(2);
  forms(commands, 'FUNCTION', 'RESTORE', libraryPayload([code('a')], arena), 'FLUSH');
  expect(leftOut.count).toBe(1);
  expect(forms(commands, 'FUNCTION', 'FLUSH')).toEqual([]);
  expect(leftOut.count).toBe(0);
});

it('copies nothing without knowing which libraries are the target’s own', () => {
  const copy = new LibraryCopy(
    { task: 't', known: true, leftOut: undefined, standing: undefined, kept: [] },
    arena,
  );
  expect(copy.commands(true)).toEqual([]);
  expect(() => copy.add(code('x'))).toThrow(expect.objectContaining({ code: 'TARGET_NO_PERMISSION' }));
});

it('refuses what it does not know of by its name', () => {
  expect(() => forms(start(), 'FUNCTION', 'KILL')).toThrow(/FUNCTION KILL/);
  expect(() => forms(start(), 'FUNCTION')).toThrow(expect.objectContaining({ code: 'COMMAND_UNSUPPORTED' }));
});

it('leaves all that concerns them to the part of a task that brings them', () => {
  for (const functionsKnown of [true, false]) {
    const commands = start({ bringsLibraries: false, functionsKnown });
    expect(forms(commands, 'FUNCTION', 'LOAD', code('mine'))).toEqual([]);
    expect(forms(commands, 'FUNCTION', 'FLUSH')).toEqual([]);
    expect(commands.kept).toEqual(['mine', 'other']);
  }
});
