import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { createdTask } from '../../../support/backend/created-task.ts';
import { FakeEngines } from '../../../support/backend/fake-engine.ts';

let engines: FakeEngines;
let bench: BackendBench;
let id: string;

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  engines = new FakeEngines();
  bench = await new BackendBench(engines.start).start();
  id = await createdTask(bench, { sourcePort: 7001, targetPort: 7002 });
  await bench.ask('task.start', { id });
  engines.last.tell({ type: 'ready' }).report('in-step');
});
afterEach(async () => {
  const closed = bench.remove();
  await vi.advanceTimersByTimeAsync(20_000);
  await closed;
  vi.useRealTimers();
});

const breaks = (): void =>
  void engines.last
    .tell({
      ...{ type: 'event', atMs: Date.now(), severity: 'warning', code: 'SOURCE_LINK_LOST' },
      ...{ giveUpAtMs: Date.now() + 1000, text: 'the source broke the link off' },
    })
    .report('reconnecting');
/** The engine reports as it does. */
async function goOn(phase: 'reconnecting' | 'in-step', seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await vi.advanceTimersByTimeAsync(1000);
    engines.last.report(phase);
  }
}
const faults = async (): Promise<number> => (await bench.ask('task.activity', { id })).faults.length;
const last = async (): Promise<{ severity: string; text: string }> =>
  (await bench.ask('task.events', { id, limit: 1 }))[0]!;

test('a link that broke while the computer slept is told as that, and is no fault of the task', async () => {
  bench.backend.sleeps();
  expect(await last()).toMatchObject({ text: expect.stringMatching(/goes to sleep/) });
  vi.setSystemTime(Date.now() + 7_200_000);
  bench.backend.wakes();
  expect(await last()).toMatchObject({ severity: 'info', text: expect.stringMatching(/slept for 2 h/) });
  breaks();
  expect(await last()).toMatchObject({
    severity: 'info',
    text: 'After this computer has slept: the source broke the link off',
  });
  await goOn('reconnecting', 60);
  expect([await faults(), bench.notified]).toEqual([0, []]);
});

test('what breaks later, or does not heal by itself, is a fault as ever', async () => {
  bench.backend.sleeps();
  bench.backend.wakes();
  await goOn('in-step', 91);
  breaks();
  expect(await faults()).toBe(1);
  expect(await last()).toMatchObject({ severity: 'warning' });
});

test('a computer that wakes without a word that it slept is awake', async () => {
  bench.backend.wakes();
  breaks();
  expect(await faults()).toBe(1);
});
