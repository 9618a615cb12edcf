import { expect, it } from 'vitest';
import { FailedCommands } from '../../../../electron/engine/repair/failed-commands.ts';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';

const slots = (text: string): SlotSet => SlotSet.parse(text)!;
const lane = (offset: number, text: string) => ({ offset, slots: slots(text) });
const A = { after: 100, before: 101, slots: slots('0-99'), until: 150, leftOut: undefined };
const B = { after: 120, before: 121, slots: slots('100-199'), until: 150, leftOut: undefined };

it('tells what lanes stand in front of, until one does no more', () => {
  const failed = new FailedCommands();
  failed.note(A);
  failed.note(B);
  expect(failed.inFrontOf([lane(100, '0-99'), lane(120, '100-199')])).toEqual([A, B]);
  expect(failed.inFrontOf([lane(100, '0-99'), lane(300, '100-199')])).toEqual([A]);
  // Nor when it stands there once more: that is another time, and is told anew.
  expect(failed.inFrontOf([lane(100, '0-99'), lane(120, '100-199')])).toEqual([A]);
  expect(failed.inFrontOf([])).toEqual([]);
});

it('knows a lane that was divided since, and the same failure again', () => {
  const failed = new FailedCommands();
  failed.note(A);
  failed.note({ ...A, until: 200 });
  expect(failed.inFrontOf([lane(100, '50-300'), lane(200, '0-49')])).toEqual([{ ...A, until: 200 }]);
});

it('knows the lanes of a command across them that began apart', () => {
  const failed = new FailedCommands();
  const across = { after: 100, before: 180, slots: slots('7,16000'), until: 500, leftOut: undefined };
  failed.note(across);
  // The one that is written may be beyond it.
  expect(failed.inFrontOf([lane(150, '0-99'), lane(180, '15000-16383')])).toEqual([across]);
  expect(failed.inFrontOf([lane(180, '0-99'), lane(180, '15000-16383'), lane(150, '100-200')])).toEqual([]);
});

it('keeps what failed before at the same place, of which commands have been left out since', () => {
  const failed = new FailedCommands();
  failed.note(A);
  const then = { ...A, leftOut: new Map([[0, new Map([['a', 120]])]]) };
  failed.note(then);
  expect(failed.inFrontOf([lane(100, '0-99')])).toEqual([A, then]);
});
