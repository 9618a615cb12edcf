import { expect, it } from 'vitest';
import { Turns } from '../../../../electron/engine/pacing/turns.ts';

const gate = (): { readonly opened: Promise<void>; readonly open: () => void } => {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
};
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it.each([1, 2])('%d are at work at a time, the others in their order', async (atOnce) => {
  const turns = new Turns(atOnce);
  const gates = Array.from({ length: 5 }, gate);
  const begun: number[] = [];
  const ended = gates.map(({ opened }, i) =>
    turns.take(async () => {
      begun.push(i);
      await opened;
      return i;
    }),
  );
  await settle();
  expect(begun).toEqual([0, 1].slice(0, atOnce));
  gates[0]!.open();
  await settle();
  expect(begun).toEqual([0, 1, 2].slice(0, atOnce + 1));
  for (const { open } of gates) open();
  expect(await Promise.all(ended)).toEqual([0, 1, 2, 3, 4]);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});

it('one that fails is no matter of those that come next', async () => {
  const turns = new Turns();
  const failed = turns.take(() => Promise.reject(new Error('no')));
  const next = turns.take(() => Promise.resolve('yes'));
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
