import { expect, test } from 'vitest';
import { factOf, severityOf } from '../../../../electron/backend/tasks/engine-words.ts';
import { TaskLog } from '../../../../electron/engine/events/task-log.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

/** What an engine says through its own log. */
function said(say: (log: TaskLog) => void): { severity: 'info' | 'warning'; text: string }[] {
  const told: { severity: 'info' | 'warning'; text: string }[] = [];
  say(
    new TaskLog(systemWorld.clock, {
      phase: () => undefined,
      info: (text) => void told.push({ severity: 'info', text }),
      located: () => undefined,
      changed: () => undefined,
      question: () => undefined,
      warning: (text) => void told.push({ severity: 'warning', text }),
    }),
  );
  return told;
}

test('that both sides are in step is good news', () => {
  const error = new LockstepError('SOURCE_LINK_LOST', 'closed (by the other side)');
  const told = said((log) => {
    log.paused();
    log.inStep();
    log.trouble({ error, waitMs: 200, giveUpAtMs: 1000 });
    log.inStep();
  });
  expect(told.map(({ severity, text }) => severityOf(severity, text))).toEqual([
    'info',
    'success',
    'warning',
    'success',
  ]);
  expect(factOf('SOURCE_LINK_LOST', told[2]!.text)).toBe('closed (by the other side)');
});

test('so it is of one shard', () => {
  expect(severityOf('info', 'Shard 12: In step 4.7 s after the start')).toBe('success');
  expect(severityOf('info', 'Shard 12: Paused')).toBe('info');
});

test('a text of another form is a fact as a whole', () => {
  expect(factOf('SPOOL_FULL', 'something else')).toBe('something else');
});
