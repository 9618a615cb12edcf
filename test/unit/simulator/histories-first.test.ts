import { expect, it } from 'vitest';
import { wrongHistories } from '../../support/histories.ts';

it('the first 250 histories end with both sides equal, and with no claim that was false', async () => {
  expect(await wrongHistories(0, 250)).toEqual([]);
}, 300_000);
