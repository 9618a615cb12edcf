import { expect, it } from 'vitest';
import { insist } from '../../../../electron/engine/events/insist.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { parseEndpoint } from '../../../../shared/model/endpoint.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

const TARGET = parseEndpoint('redis://target:6379');
const events = { warning: (): void => undefined };

it('hands over again where the connection broke', async () => {
  let attempts = 0;
  const keys = await insist(systemWorld.clock, TARGET, events, () => {
    attempts += 1;
    if (attempts === 1) return Promise.reject(new Error('Connection is closed.'));
    return Promise.resolve(7);
  });
  expect([keys, attempts]).toEqual([7, 2]);
});

it('says what is still late when that does not help', async () => {
  const gone = (): Promise<number> => Promise.reject(new Error('Connection is closed.'));
  await expect(insist(systemWorld.clock, TARGET, events, gone, 0)).rejects.toMatchObject({
    code: 'EXPIRY_STILL_LATE',
  });
});

it('leaves a target to the run that has taken over', async () => {
  const taken = (): Promise<number> => Promise.reject(new LockstepError('TARGET_TAKEN_OVER', 'epoch 3'));
  await expect(insist(systemWorld.clock, TARGET, events, taken)).rejects.toMatchObject({
    code: 'TARGET_TAKEN_OVER',
  });
});
