import { expect, it } from 'vitest';
import { command } from '../../../../../electron/engine/protocol/resp/encode.ts';
import { NO_END, SELECTS } from '../../../../../electron/engine/writer/script/apply-script.ts';
import { planOf } from '../../../../../electron/engine/writer/script/batch-plan.ts';
import { LaneBatch } from '../../../../../electron/engine/writer/script/lane-batch.ts';
import type { NodeLine } from '../../../../../electron/engine/writer/script/node-line.ts';

const FRAME = { key: Buffer.from('lane'), owner: 'o', epoch: 1, expected: 100, end: 200, deadline: 0 };

/** Adds `INCR <key>` for each of these, and tells the words behind the script's. */
function written(
  batch: LaneBatch,
  ...commands: readonly (readonly [key: string, db: number, end: number])[]
) {
  for (const [key, db, end] of commands) {
    const bytes = command('INCR', key);
    batch.add(bytes, bytes.indexOf('$'), bytes.length, 2, end, db);
  }
  const buf = Buffer.alloc(4096);
  const output = {
    buf,
    at: 0,
    reserve: () => undefined,
    copy: (source: Buffer, from: number, to: number) => {
      output.at += source.copy(buf, output.at, from, to);
    },
  };
  const line = { output, scriptSent: true, expect: () => undefined } as unknown as NodeLine;
  batch.write(line, FRAME, () => undefined);
  const words = buf
    .toString('latin1', 0, output.at)
    .split('\r\n')
    .filter((_, i) => i > 0 && i % 2 === 0);
  return { plan: Buffer.from(words[9]!, 'latin1'), words: words.slice(10).join(' ') };
}

it('in database 0 nothing is selected', () => {
  const { plan, words } = written(new LaneBatch(), ['a', 0, 20], ['b', 0, 40]);
  expect(words).toBe('INCR a INCR b');
  expect(plan).toEqual(planOf([2, 20, 2, 40]));
});

it('a database is selected in front of the first command for it, and ends where that does', () => {
  const batch = new LaneBatch();
  const { plan, words } = written(batch, ['a', 0, 20], ['b', 3, 40], ['c', 3, 60], ['d', 0, NO_END]);
  expect(words).toBe('INCR a SELECT 3 INCR b INCR c SELECT 0 INCR d');
  expect(plan).toEqual(planOf([2, 20, 2, 40, 2, 40, 2, 60, 2, NO_END, 2, NO_END, SELECTS]));
  // The next one begins in database 0 again.
  const next = written(batch, ['a', 0, 20]);
  expect(next.words).toBe('INCR a');
  expect(next.plan).toEqual(planOf([2, 20]));
  expect(written(batch, ['a', 3, 20]).words).toBe('SELECT 3 INCR a');
});
