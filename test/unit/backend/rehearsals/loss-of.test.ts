import { expect, test } from 'vitest';
import { lossOf } from '../../../../electron/backend/rehearsals/loss-of.ts';
import type { Outcome } from '../../../../shared/contract/engine-messages.ts';

const outcome = (lost: Outcome['lost']): Outcome => ({
  reason: 'stopped',
  resumable: true,
  replid: 'a',
  offset: 1,
  keysCopied: 0,
  commandsApplied: 0,
  fullCopies: 0,
  evictedKeys: 0,
  ...(lost && { lost }),
});
const read = { commands: 90, bytes: 9000, commandsPerSecond: 10, bytesPerSecond: 1000 };
const written = { commandsPerSecond: 10, bytesPerSecond: 1000 };

test('commands that never came are counted by the mean size of those that did', () => {
  expect(lossOf(outcome({ bytes: 250, seconds: 0.3 }), read)).toEqual({
    ...{ bytes: 250, seconds: 0.3, commands: 3, written },
  });
  expect(lossOf(outcome({ bytes: 0, seconds: 0 }), read)).toEqual({
    ...{ bytes: 0, seconds: 0, commands: 0, written },
  });
});

test('how many they were is not known where none came within the last seconds', () => {
  const still = { ...read, commandsPerSecond: 0, bytesPerSecond: 0 };
  expect(lossOf(outcome({ bytes: 250, seconds: 0.3 }), still)).toMatchObject({ bytes: 250, commands: null });
  expect(lossOf(outcome({ bytes: 250, seconds: 0.3 }), undefined)).toEqual({
    ...{ bytes: 250, seconds: 0.3, commands: null },
  });
});

test('a source that could not be asked has lost nobody knows what', () => {
  expect(lossOf(outcome(undefined), read)).toBeNull();
});
