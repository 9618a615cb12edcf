import { expect, it } from 'vitest';
import { ClaimGate } from '../../../../electron/engine/pacing/claim-gate.ts';
import { Deferred } from '../../../../electron/engine/pacing/deferred.ts';

it('opens once all have arrived and what is to be done for all of them is done, with what came of it', async () => {
  const work = new Deferred<string>();
  let begun = 0;
  const gate = new ClaimGate(2, () => {
    begun += 1;
    return work.promise;
  });
  const first = gate.arrive();
  expect(begun).toBe(0);
  const second = gate.arrive();
  expect(begun).toBe(1);
  expect(gate.open).toBe(false);
  work.resolve('done');
  expect(await Promise.all([first, second])).toEqual(['done', 'done']);
  expect(gate.open).toBe(true);
});

it('stays shut for all where that fails, and tells when nothing is done any more', async () => {
  const work = new Deferred<string>();
  const gate = new ClaimGate(1, () => work.promise);
  const arrived = gate.arrive();
  let idle = false;
  const ended = gate.idle.then(() => (idle = true));
  gate.fail(new Error('one of them cannot claim'));
  await expect(arrived).rejects.toThrow('one of them cannot claim');
  expect(idle).toBe(false);
  work.reject(new Error('taken over'));
  await ended;
  expect(gate.open).toBe(false);
});
