import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AlertStore } from '../../../electron/backend/alerts/alert-store.ts';
import { Alerts } from '../../../electron/backend/alerts/alerts.ts';
import type { Notification } from '../../../electron/backend/ports.ts';
import { DEFAULT_ALERTS, type AlertSettings } from '../../../shared/alerts/alert-settings.ts';
import type { TaskView } from '../../../shared/model/task-view.ts';
import { BackendBench } from '../../support/backend/backend-bench.ts';
import { FakeEngines } from '../../support/backend/fake-engine.ts';
import { GB, metrics, task } from '../../support/page/fixtures.ts';

const TOKEN = 'canary-of-the-webhook';
const ADDRESS = `https://hooks.example/services/${TOKEN}`;
const HOOKED: AlertSettings = {
  ...DEFAULT_ALERTS,
  lag: { on: true, seconds: 30, forMinutes: 5 },
  webhook: { on: true, form: 'json' },
};

describe('what tasks come to', () => {
  let tasks: TaskView[];
  let settings: AlertSettings;
  let posted: { address: string; body: Record<string, unknown> }[];
  let answers: (() => Response | Promise<Response>)[];
  let notified: Notification[];
  let alerts: Alerts;

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_800_000_000_000 });
    [tasks, settings, posted, answers, notified] = [[], HOOKED, [], [], []];
  });
  afterEach(() => {
    alerts.close();
    vi.useRealTimers();
  });

  const begin = (...of: TaskView[]): void => {
    tasks = of;
    const store = {
      get settings() {
        return settings;
      },
      webhook: ADDRESS,
    } as AlertStore;
    alerts = new Alerts({
      ...{ tasks: () => tasks, store, emit: () => undefined, notifies: () => true },
      notify: (one) => void notified.push(one),
      fetch: async (address, init) => {
        posted.push({ address: String(address), body: JSON.parse(String(init?.body)) });
        return (answers.shift() ?? (() => new Response(null, { status: 204 })))();
      },
    });
  };
  const after = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
  const late = (): TaskView => {
    const behind = task('Orders', { metrics: metrics({ lag: { bytes: 1, seconds: 45 } }) });
    return { ...behind, metrics: { ...behind.metrics!, atMs: Date.now() } };
  };

  test('go to the desktop and to the webhook once, and so does their end', async () => {
    begin(late());
    for (let minute = 0; minute < 7; minute++) {
      tasks = [late()];
      await after(60_000);
    }
    expect(posted.map(({ body }) => body)).toMatchObject([
      { from: 'lockstep', event: 'raised', kind: 'lag', task: { id: 'orders', name: 'Orders' } },
    ]);
    expect(posted[0]!.address).toBe(ADDRESS);
    expect(notified).toMatchObject([{ title: 'Orders is behind', taskId: 'orders' }]);
    tasks = [task('Orders', { metrics: metrics({ atMs: Date.now() }) })];
    await after(6000);
    expect(posted.at(-1)!.body).toMatchObject({ event: 'over', kind: 'lag' });
    expect(notified).toHaveLength(2);
  });

  test('a source that has fallen silent is further behind with each second', async () => {
    begin(task('Orders', { metrics: metrics({ lag: { bytes: 0, seconds: 0 } }) }));
    await after(5 * 60_000);
    expect(posted).toEqual([]);
    await after(60_000);
    expect(posted).toMatchObject([{ body: { kind: 'lag' } }]);
  });

  test('what was so before the computer slept is counted from when it woke', async () => {
    begin(late());
    await after(6000);
    vi.setSystemTime(Date.now() + 8 * 3_600_000);
    tasks = [late()];
    await after(6000);
    expect(posted).toEqual([]);
    for (let minute = 0; minute < 6; minute++) {
      tasks = [late()];
      await after(60_000);
    }
    expect(posted).toMatchObject([{ body: { kind: 'lag' } }]);
  });

  test('a failure goes to the webhook with its reason; the desktop has heard of it already', async () => {
    begin(task('Mail', { state: 'failed' }), task('Orders'));
    await after(6000);
    expect(posted).toEqual([]);
    const failure = { code: 'TARGET_REJECTED' as const, fact: 'WRONGTYPE', atMs: 1 };
    tasks = [tasks[0]!, task('Orders', { state: 'failed', failure })];
    await after(6000);
    expect(posted).toMatchObject([
      { body: { kind: 'failed', task: { name: 'Orders' }, text: expect.stringContaining('WRONGTYPE') } },
    ]);
    expect(notified).toEqual([]);
  });

  test('a buffer is judged by what may lie on disk', async () => {
    const filled = (gigabytes: number): TaskView =>
      task('Orders', { metrics: metrics({ spool: { bytes: 9 * GB, diskBytes: gigabytes * GB } }) });
    begin(filled(6.3));
    await after(6000);
    expect(posted).toEqual([]);
    tasks = [filled(6.5)];
    await after(6000);
    expect(posted).toMatchObject([{ body: { kind: 'buffer', text: expect.stringContaining('81 %') } }]);
  });

  test('Slack gets a text in which no name is markup', async () => {
    settings = { ...HOOKED, webhook: { on: true, form: 'slack' } };
    begin(task('Orders'));
    tasks = [task('a <!channel> & *b*', { state: 'failed' })];
    await after(6000);
    expect(posted[0]!.body).toEqual({
      text: expect.stringMatching(/^\*a &lt;!channel&gt; &amp; ∗b∗ has failed\*\n/),
    });
  });

  test('a message that does not arrive is tried again, and what came of it says nothing of the address', async () => {
    answers = [
      () => new Response(null, { status: 503 }),
      () => Promise.reject(new TypeError('fetch failed', { cause: new Error(`no way to ${ADDRESS}`) })),
    ];
    begin(task('Orders'));
    tasks = [task('Orders', { state: 'failed' })];
    await after(6000);
    expect(alerts.state.delivered).toMatchObject({ fault: 'it answered with status 503' });
    await after(5000);
    expect(alerts.state.delivered!.fault).toBe('it cannot be reached');
    await after(30_000);
    expect(alerts.state).toMatchObject({ webhookHost: 'hooks.example', delivered: { fault: null } });
    expect(posted).toHaveLength(3);
  });

  test('one that nobody takes is given up, and those behind it are not held up for ever', async () => {
    answers = Array.from({ length: 4 }, () => () => new Response(null, { status: 500 }));
    begin(task('Orders'), task('Mail'));
    tasks = [task('Orders', { state: 'failed' }), task('Mail', { state: 'failed' })];
    await after(200_000);
    expect(posted.map(({ body }) => (body['task'] as { name: string }).name)).toEqual([
      ...['Orders', 'Orders', 'Orders', 'Orders', 'Mail'],
    ]);
  });
});

test('the address of the webhook goes in, lies with the passwords, and never comes out', async () => {
  const box = {
    seal: (text: string) => Buffer.from(text).toString('hex'),
    open: (text: string) => Buffer.from(text, 'hex').toString(),
  };
  const bench = await new BackendBench(new FakeEngines().start, { secretBox: box }).start();
  try {
    const state = await bench.ask('alerts.change', { settings: HOOKED, webhook: ADDRESS });
    expect(state).toEqual({ settings: HOOKED, webhookHost: 'hooks.example', delivered: null });
    await bench.close();
    await bench.start();
    expect(await bench.ask('alerts.state', {})).toEqual(state);
    expect(bench.files().filter(({ text }) => text.includes(TOKEN))).toEqual([]);
    expect(JSON.stringify(bench.told)).not.toContain(TOKEN);
    await expect(bench.ask('alerts.change', { webhook: `ftp://${TOKEN}` })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.not.stringContaining(TOKEN),
    });
    expect(await bench.ask('alerts.change', { webhook: null })).toMatchObject({ webhookHost: null });
  } finally {
    await bench.remove();
  }
});
