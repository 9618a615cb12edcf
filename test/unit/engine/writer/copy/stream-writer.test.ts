import { describe, expect, it } from 'vitest';
import type { StreamState } from '../../../../../electron/engine/protocol/rdb/events.ts';
import { StreamWriter } from '../../../../../electron/engine/writer/copy/stream-writer.ts';
import { abilities, Sink } from '../../../../support/target/sink.ts';

const state = (more: Partial<StreamState> = {}): StreamState => ({
  length: 2,
  lastId: '9-9',
  firstId: '1-1',
  maxDeletedId: '5-0',
  entriesAdded: 7,
  ...more,
});

/** What is written for a stream with two entries, a group, a consumer and a pending entry, or whatever `fill` does. */
function written(version: string, fill: (writer: StreamWriter) => void): string[] {
  const sink = new Sink();
  const writer = new StreamWriter(sink.output, abilities(version));
  writer.start(Buffer.from('s'));
  fill(writer);
  return sink.commands().map((words) => words.join(' '));
}

function whole(writer: StreamWriter): void {
  writer.entry('1-1', [Buffer.from('f'), Buffer.from('v')]);
  writer.entry('18446744073709551615-1', [
    Buffer.from('f'),
    Buffer.from(''),
    Buffer.from('g'),
    Buffer.from('w'),
  ]);
  writer.state(state());
  writer.group(Buffer.from('group'), '1-1', 1);
  writer.consumer(Buffer.from('group'), Buffer.from('alice'));
  writer.pending(Buffer.from('group'), Buffer.from('alice'), '1-1', 1_700_000_000_000, 3);
}

describe('StreamWriter', () => {
  it('writes entries, counters, groups, consumers and pending entries', () => {
    expect(written('7.0.15', whole)).toEqual([
      'XADD s 1-1 f v',
      'XADD s 18446744073709551615-1 f  g w',
      'XSETID s 9-9 ENTRIESADDED 7 MAXDELETEDID 5-0',
      'XGROUP CREATE s group 1-1 ENTRIESREAD 1',
      'XGROUP CREATECONSUMER s group alice',
      'XCLAIM s group alice 0 1-1 TIME 1700000000000 RETRYCOUNT 3 FORCE JUSTID',
    ]);
  });

  it('leaves out what an older target does not know', () => {
    expect(written('6.2.14', whole).slice(2, 5)).toEqual([
      'XSETID s 9-9',
      'XGROUP CREATE s group 1-1',
      'XGROUP CREATECONSUMER s group alice',
    ]);
    expect(written('6.0.20', whole).slice(2)).toEqual([
      'XSETID s 9-9',
      'XGROUP CREATE s group 1-1',
      'XCLAIM s group alice 0 1-1 TIME 1700000000000 RETRYCOUNT 3 FORCE JUSTID',
    ]);
  });

  it('leaves out counters that an older source does not tell', () => {
    const older = state({ firstId: undefined, maxDeletedId: undefined, entriesAdded: undefined });
    const commands = written('7.0.15', (writer) => {
      writer.entry('1-1', [Buffer.from('f'), Buffer.from('v')]);
      writer.state(older);
      writer.group(Buffer.from('g'), '0-0', -1);
    });
    expect(commands.slice(1)).toEqual(['XSETID s 9-9', 'XGROUP CREATE s g 0-0 ENTRIESREAD -1']);
  });

  it('makes an empty stream', () => {
    expect(written('7.0.15', (writer) => writer.state(state({ length: 0 })))).toEqual([
      'XADD s 9-9 x x',
      'XTRIM s MAXLEN 0',
      'XSETID s 9-9 ENTRIESADDED 7 MAXDELETEDID 5-0',
    ]);
    expect(written('5.0.14', (writer) => writer.state(state({ length: 0, lastId: '0-0' })))).toEqual([
      'XADD s 0-1 x x',
      'XTRIM s MAXLEN 0',
      'XSETID s 0-0',
    ]);
  });

  it('does not take one stream for another', () => {
    const commands = written('7.0.15', (writer) => {
      whole(writer);
      writer.start(Buffer.from('t'));
      writer.state(state({ length: 0 }));
    });
    expect(commands.slice(6, 8)).toEqual(['XADD t 9-9 x x', 'XTRIM t MAXLEN 0']);
  });

  it('writes an entry of any size', () => {
    const value = Buffer.alloc(900_000, 'x');
    const [command] = written('7.0.15', (writer) => writer.entry('1-1', [Buffer.from('f'), value]));
    expect(command).toBe(`XADD s 1-1 f ${value.toString()}`);
  });
});
