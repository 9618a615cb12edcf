import { expect, test } from 'vitest';
import { OpenQuestion } from '../../../../electron/backend/rehearsals/open-question.ts';
import type { RehearsalQuestion } from '../../../../shared/rehearsal/rehearsal-state.ts';

const clean = (keys: number): RehearsalQuestion => ({ type: 'clean', keys });

function opened() {
  const ended = new AbortController();
  const shown: (RehearsalQuestion | null)[] = [];
  const question = new OpenQuestion(ended.signal, (asked) => shown.push(asked));
  return { ended, shown, question };
}

test('is answered once, and only as it was shown', async () => {
  const { question, shown } = opened();
  const answer = question.ask(clean(12));
  expect(question.answer(clean(11), true)).toBe(false);
  expect(question.answer({ type: 'free', reachMs: null }, true)).toBe(false);
  expect(question.answer(clean(12), true)).toBe(true);
  expect(question.answer(clean(12), false)).toBe(false);
  expect(await answer).toBe(true);
  expect(shown).toEqual([clean(12), null]);
});

test('is not agreed to where the rehearsal is broken off, or something came in the way', async () => {
  const { question, ended, shown } = opened();
  const blocked = new AbortController();
  const first = question.ask({ type: 'cut-over' }, blocked.signal);
  blocked.abort();
  expect(await first).toBe(false);
  expect(question.answer({ type: 'cut-over' }, true)).toBe(false);
  const second = question.ask({ type: 'free', reachMs: null });
  ended.abort();
  expect(await second).toBe(false);
  expect(await question.ask({ type: 'free', reachMs: null })).toBe(false);
  expect(shown).toEqual([{ type: 'cut-over' }, null, { type: 'free', reachMs: null }, null]);
});
