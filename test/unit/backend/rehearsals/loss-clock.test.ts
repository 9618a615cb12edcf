import { expect, test } from 'vitest';
import { LossClock } from '../../../../electron/backend/rehearsals/loss-clock.ts';

function clockAt(times: { now: number }): LossClock {
  return new LossClock(() => times.now);
}

const brief = (clock: LossClock): (readonly [string, number, number])[] =>
  clock.steps(1000).map(({ id, beganMs, tookMs }) => [id, beganMs, tookMs] as const);

test('each step lasts from one phase to the next, and together they are the whole time', () => {
  const at = { now: 1000 };
  const clock = clockAt(at);
  clock.phase('in-step');
  at.now = 5000;
  clock.begin();
  at.now = 5010;
  clock.phase('catching-up');
  at.now = 5200;
  clock.phase('releasing');
  at.now = 5900;
  clock.phase('ended');
  clock.ended();
  expect(brief(clock)).toEqual([
    ['noticed', 4000, 10],
    ['rest-applied', 4010, 190],
    ['expiry-exact', 4200, 700],
  ]);
  expect(clock.tookMs).toBe(900);
});

test('where there was nothing to make exact the rest ends with the run', () => {
  const at = { now: 2000 };
  const clock = clockAt(at);
  clock.begin();
  at.now = 2300;
  clock.phase('ended');
  clock.ended();
  expect(brief(clock)).toEqual([
    ['noticed', 1000, 300],
    ['rest-applied', 1300, 0],
    ['expiry-exact', 1300, 0],
  ]);
});

test('a source that was not lost has no steps', () => {
  expect(clockAt({ now: 1 }).steps(0)).toEqual([]);
});
