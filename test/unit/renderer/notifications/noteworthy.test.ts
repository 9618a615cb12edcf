import { expect, it } from 'vitest';
import { noteworthy } from '../../../../renderer/notifications/noteworthy.ts';
import { task } from '../../../support/page/fixtures.ts';

const trouble = { code: 'TARGET_UNREACHABLE', fact: '', atMs: 0, giveUpAtMs: 1 } as const;
const inStep = task('Orders');
const held = task('Orders', { phase: 'reconnecting', trouble });
const failed = task('Orders', { state: 'failed', failure: { code: 'RETRY_EXHAUSTED', fact: '', atMs: 0 } });

const titleOf = (...[before, now]: [typeof inStep, typeof inStep]): string | undefined =>
  noteworthy(before, now, 0)?.title;

it('tells of a failure, of trouble, and of its end', () => {
  expect(titleOf(held, failed)).toBe('Orders has failed');
  expect(titleOf(inStep, held)).toBe('Orders is held up');
  expect(titleOf(held, task('Orders', { phase: 'catching-up' }))).toBe('Orders goes on');
  expect(titleOf(task('Orders', { state: 'restarting' }), inStep)).toBe('Orders goes on');
});

it('tells nothing of what goes its way', () => {
  expect(titleOf(inStep, { ...inStep, name: 'Other' })).toBeUndefined();
  expect(titleOf(task('Orders', { phase: 'full-copy' }), inStep)).toBeUndefined();
  expect(titleOf(held, { ...held, state: 'restarting' })).toBeUndefined();
  expect(titleOf(inStep, task('Orders', { state: 'stopped' }))).toBeUndefined();
});

it('tells nothing of slots that are moved on the source, which hold up nothing', () => {
  const moved = { ...trouble, code: 'SOURCE_SLOTS_MOVED' } as const;
  const moving = task('Orders', { phase: 'catching-up', trouble: moved });
  expect(titleOf({ ...inStep, trouble: moved }, moving)).toBeUndefined();
  expect(titleOf(moving, inStep)).toBeUndefined();
});

it('says what is wrong in the text', () => {
  expect(noteworthy(inStep, held, 0)?.text).toContain('the target cannot be reached');
});
