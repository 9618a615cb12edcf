// @vitest-environment jsdom
import { act, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import type { RequestParams } from '../../../../shared/contract/api.ts';
import type { ErrorCode } from '../../../../shared/errors/catalogue.ts';
import type { TaskView } from '../../../../shared/model/task-view.ts';
import { drift, metrics, task, watchedEndpoint } from '../../../support/page/fixtures.ts';
import { mountPage, type MountedPage } from '../../../support/page/mount-page.tsx';
import { comparison, report } from '../../../support/page/task-figures/comparison.ts';

let page: MountedPage | undefined;
afterEach(() => page?.close());

const failure = (code: ErrorCode): TaskView['failure'] => ({
  code,
  fact: 'it was found so',
  atMs: Date.now(),
});
type Options = Omit<Parameters<typeof mountPage>[0], 'tasks'>;

function open(tab: string, change: Partial<TaskView> = {}, options: Options = {}): void {
  const orders = task('orders', { name: 'Orders', ...change });
  page = mountPage({ tasks: [orders], ...options }, `#/tasks/orders/${tab}`);
}
const head = async (): Promise<HTMLElement> => {
  const name = await screen.findByRole('heading', { level: 1, name: 'Orders' });
  const found = name.closest('header');
  if (!found) throw new Error('The name stands in no header.');
  return found;
};

it.each<[Partial<TaskView>, string[]]>([
  [{}, ['Pause', 'Stop', 'Edit']],
  [{ state: 'paused', phase: 'paused' }, ['Resume', 'Stop', 'Edit']],
  [{ state: 'starting', phase: 'connecting' }, ['Stop', 'Edit']],
  [{ state: 'restarting' }, ['Stop', 'Edit']],
  [{ state: 'stopping' }, ['Edit']],
  [{ state: 'stopped', phase: 'ended' }, ['Resume', 'Edit']],
  [{ state: 'stopped', phase: 'connecting', startedAtMs: null, timeline: [] }, ['Start', 'Edit']],
  [{ state: 'failed', phase: 'ended' }, ['Start again', 'Edit']],
  [{ state: 'failed', phase: 'ended', failure: failure('SPOOL_DISK') }, ['Start again', 'Edit']],
  [{ state: 'failed', phase: 'ended', failure: failure('TARGET_HANDED_OVER') }, ['Edit']],
  [{ state: 'stopped', phase: 'ended', moved: true }, ['Edit']],
])('offers what can be done: %j', async (change, expected) => {
  open('overview', change);
  const buttons = within(await head())
    .getAllByRole('button')
    .map((button) => button.textContent)
    .filter((text) => text !== '');
  expect(buttons).toEqual(expected);
});

it('says where Sentinels say that a server is now, and follows a failover', async () => {
  const source = watchedEndpoint('source');
  const at = (host: string): TaskView['foundAt'] => ({ source: { host, port: 6379 }, target: null });
  open('overview', { source, foundAt: at('10.0.0.1') });
  const shown = within(await head());
  expect(shown.getByText('10.0.0.1:6379')).toBeTruthy();
  expect(shown.getByText(/mymaster, watched by 3 Sentinels/).title).toContain('s2.example:26379');
  act(() => void page!.changeTask('orders', { foundAt: at('10.0.0.2') }));
  expect(await shown.findByText('10.0.0.2:6379')).toBeTruthy();
  // Nobody has asked since it stopped.
  act(() => void page!.changeTask('orders', { state: 'stopped', phase: 'ended' }));
  expect(await shown.findByText('mymaster@s1.example:26379,s2.example:26379,s3.example:26379')).toBeTruthy();
  expect(shown.getByText('watched by 3 Sentinels')).toBeTruthy();
});

it.each<[ErrorCode, string[]]>([
  ['RDB_BROKEN', ['Start again']],
  ['TARGET_READ_ONLY', ['Edit the settings', 'Start again']],
  ['DATABASE_CROSSING', ['Set up another task', 'Start again']],
  ['TARGET_HANDED_OVER', []],
  ['TARGET_TAKEN_OVER', []],
  ['SOURCE_IS_TARGET', []],
])('leads on from %s as its remedy says', async (code, expected) => {
  open('overview', { state: 'failed', phase: 'ended', failure: failure(code) });
  const buttons = within(await screen.findByRole('alert')).queryAllByRole('button');
  expect(buttons.map((button) => button.textContent)).toEqual(expected);
});

it('leads from a failure to the settings that fix it', async () => {
  open('overview', { state: 'failed', phase: 'ended', failure: failure('FLUSH_NEEDS_CONSENT') });
  await userEvent.click(
    within(await screen.findByRole('alert')).getByRole('button', { name: 'Edit the settings' }),
  );
  await waitFor(() => expect(location.hash).toBe('#/tasks/orders/settings'));
});

it('reads the sentence out only when the task comes to do something else', async () => {
  open('overview');
  const { textContent } = await head();
  expect(textContent).toContain('In step: 0.3 s behind');
  const told = () =>
    screen
      .getAllByRole('status')
      .map((element) => element.textContent ?? '')
      .filter((text) => /^(In step|Paused|Catching up)/.test(text));
  page?.changeTask('orders', { metrics: metrics({ lag: { bytes: 0, seconds: 7 } }) });
  await screen.findByText(/In step: 7.0 s behind/);
  expect(told()).toEqual([]);
  page?.changeTask('orders', { state: 'paused', phase: 'paused', sinceMs: Date.now() });
  await waitFor(() => expect(told().join()).toMatch(/^Paused for/));
  const [paused] = told();
  page?.changeTask('orders', { metrics: metrics({ spool: { bytes: 7_000_000, diskBytes: 0 } }) });
  await screen.findAllByText(/6.7 MB/);
  expect(told()).toEqual([paused]);
});

it('says of one that is paused that nothing more is applied when it is stopped', async () => {
  open('overview');
  await head();
  page?.changeTask('orders', { state: 'paused', phase: 'paused', sinceMs: Date.now() });
  await userEvent.click(within(await head()).getByRole('button', { name: 'Stop' }));
  const dialog = await screen.findByRole('dialog');
  await waitFor(() =>
    expect(dialog.textContent).toContain('What waits in the buffer on this machine is not applied'),
  );
  expect(dialog.textContent).not.toContain('is applied first');
});

it('stops a task only after saying what that means', async () => {
  open('overview');
  await userEvent.click(within(await head()).getByRole('button', { name: 'Stop' }));
  const dialog = await screen.findByRole('dialog');
  expect(dialog.textContent).toContain('What the source has written so far is applied first');
  expect(dialog.textContent).toContain(
    'orders.eu-central.example.net:6379 holds 18,411,190 keys (counted just now)',
  );
  expect(dialog.textContent).toContain('can be resumed for about 36 min; after that a new full copy is made');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Stop the task' }));
  await waitFor(async () => expect((await head()).textContent).toContain('Stopped'));
});

it('asks with both counts before keys are removed that the source has lost, and removes none by itself', async () => {
  const question = { snapshotKeys: 0, targetKeys: 50_000, goneKeys: 50_000 };
  const answered: RequestParams<'task.answer'>[] = [];
  open(
    'overview',
    { phase: 'asking', question },
    {
      answers: {
        'task.answer': (params, host) => {
          answered.push(params);
          return host.changeTask('orders', { phase: 'full-copy', question: null });
        },
      },
    },
  );
  const notice = await screen.findByRole('alert');
  expect(notice.textContent).toContain(
    'The source has 0 keys now. The target holds 50,000 keys of this task',
  );
  expect(within(notice).getByRole('button', { name: 'Stop the task' })).toBeDefined();

  const remove = (): HTMLElement => within(notice).getByRole('button', { name: 'Remove them…' });
  await userEvent.click(remove());
  await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Cancel' }));
  expect(answered).toEqual([]);
  await userEvent.click(remove());
  const dialog = await screen.findByRole('dialog');
  expect(dialog.textContent).toContain('cannot be brought back');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Remove 50,000 keys' }));
  await waitFor(() => expect(answered).toEqual([{ id: 'orders', question, agreed: true }]));
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
});

it('says of a fault what is retried, since when, until when', async () => {
  const nowMs = Date.now();
  open('overview', {
    phase: 'reconnecting',
    trouble: {
      code: 'TARGET_UNREACHABLE',
      fact: 'connection refused',
      atMs: nowMs - 130_000,
      giveUpAtMs: nowMs + 3_600_000,
    },
  });
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Connection refused.');
  expect(alert.textContent).toMatch(/It has been retried since \d\d:\d\d \(2 min \d+ s\) and will be until/);
});

it('greys what is old, and says how old', async () => {
  const nowMs = Date.now();
  open('overview', {
    phase: 'reconnecting',
    trouble: { code: 'TARGET_UNREACHABLE', fact: 'refused', atMs: nowMs - 40_000, giveUpAtMs: null },
    metrics: metrics({ countedAtMs: nowMs - 40_000 }),
    drift: drift({ countedAtMs: nowMs - 40_000, lastZeroAtMs: nowMs - 40_000 }),
  });
  await head();
  const figure = (label: string): HTMLElement => screen.getByText(label, { selector: 'dt' }).parentElement!;
  for (const label of ['Drift', 'Keys on the source', 'Keys on the target']) {
    expect(figure(label).dataset.old).toBe('true');
    expect(figure(label).textContent).toMatch(/4\d s ago$/);
  }
  expect(figure('Drift').dataset.tone).toBe('calm');
  expect(figure('Lag').dataset.old).toBeUndefined();
});

it('says of a comparison from before a copy that it is that, in grey', async () => {
  const atMs = Date.now();
  open(
    'drift',
    { renewed: { atMs, by: 'copy' } },
    {
      answers: {
        'comparison.state': () =>
          comparison('orders', { report: report(31), startedAtMs: atMs - 60_000, endedAtMs: atMs - 50_000 }),
      },
    },
  );
  expect(await screen.findByText('31 differences before the last full copy')).toBeTruthy();
});

it('does not say that changes are on their way of a task that has ended', async () => {
  open('drift', {
    ...{ state: 'completed', phase: 'ended' },
    drift: drift({ verdict: 'in-flight', difference: 2000 }),
  });
  expect(await screen.findByText('The sides differed when the task ended')).toBeTruthy();
  expect(screen.queryByText('Changes are on their way')).toBeNull();
});

it('offers to resume a task that ran when the application ended, or to leave it', async () => {
  open('overview', { state: 'stopped', phase: 'ended', resumeOffered: true });
  await userEvent.click(await screen.findByRole('button', { name: 'Leave it stopped' }));
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Leave it stopped' })).toBeNull());
});

it('does not invent the size of a snapshot that nobody told', async () => {
  open('overview', {
    phase: 'full-copy',
    timeline: [{ phase: 'full-copy', atMs: Date.now() - 5000 }],
    metrics: metrics({
      phase: 'full-copy',
      copy: { bytesDone: 1024, bytesReceived: 4096, keysDone: 12 },
    }),
  });
  const bar = await screen.findByRole('progressbar', { name: 'Bytes applied' });
  expect(bar.getAttribute('aria-valuenow')).toBeNull();
  expect(bar.getAttribute('aria-valuetext')).toBe('1.0 KB so far, the total is not known');
});

it('saves what was changed, and nothing else', async () => {
  const edits: RequestParams<'task.edit'>[] = [];
  open(
    'settings',
    {},
    {
      answers: {
        'task.edit': (params, host) => {
          edits.push(params);
          return host.changeTask('orders', { name: 'Orders, renamed', maxCommandsPerSecond: 5000 });
        },
      },
    },
  );
  const name = await screen.findByRole('textbox', { name: 'Name' });
  await userEvent.clear(name);
  await userEvent.type(name, 'Orders, renamed');
  await userEvent.type(screen.getByRole('textbox', { name: 'Commands a second' }), '5000');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await screen.findByText('Saved.');
  expect(edits).toEqual([
    { id: 'orders', changes: { name: 'Orders, renamed', maxCommandsPerSecond: 5000 }, secrets: {} },
  ]);
});

it('does not save what does not fit', async () => {
  open('settings');
  await userEvent.clear(await screen.findByRole('textbox', { name: 'Name' }));
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  await screen.findByText('Give the task a name.');
  expect(screen.queryByText('Saved.')).toBeNull();
});

it('does not call a task held up that goes on while slots of its source are moved', async () => {
  const trouble = {
    code: 'SOURCE_SLOTS_MOVED',
    fact: '',
    atMs: Date.now() - 9000,
    giveUpAtMs: null,
  } as const;
  const timeline = [
    { phase: 'in-step', atMs: Date.now() - 60_000 },
    { phase: 'catching-up', atMs: Date.now() - 9000 },
  ] as const;
  open('overview', { phase: 'catching-up', trouble, timeline: [...timeline] });
  await screen.findByText(/The task goes on meanwhile/);
  expect((await head()).textContent).not.toMatch(/Reconnecting|held up/);
});

it('shows where nodes of a cluster are reached from here', async () => {
  const { source } = task('orders');
  open('settings', { source: { ...source, addressMap: '10.1.0.1=127.0.0.1\n*=10.2.0.1' } });
  expect(await screen.findByText('10.1.0.1=127.0.0.1, *=10.2.0.1')).toBeTruthy();
});

it('lets addresses be changed only while the task is paused or stopped, and says so', async () => {
  open('settings');
  await screen.findByText(/The source can be changed while the task is paused or stopped/);
  expect(screen.queryByRole('textbox', { name: 'Host' })).toBeNull();
  page?.changeTask('orders', { state: 'stopped', phase: 'ended' });
  await waitFor(() => expect(screen.getAllByRole('textbox', { name: 'Host' })).toHaveLength(2));
});

it('says before a task is deleted that its target may be late still', async () => {
  open('settings', { state: 'stopped', phase: 'ended', targetStanding: 'late' });
  await userEvent.click(await screen.findByRole('button', { name: 'Delete the task' }));
  expect((await screen.findByRole('dialog')).textContent).toContain('Expiry on the target may be late still');
});

it('deletes a stopped task after saying what stays', async () => {
  open('settings', { state: 'stopped', phase: 'ended' });
  await userEvent.click(await screen.findByRole('button', { name: 'Delete the task' }));
  const dialog = await screen.findByRole('dialog');
  expect(dialog.textContent).toContain('lockstep:{tasks}:checkpoint:orders');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Delete the task' }));
  await waitFor(() => expect(location.hash).toBe('#/tasks'));
});

it('names a database that has another number on the source by both', async () => {
  const count = { sourceKeys: 5, sourceExpires: 0, targetKeys: 5, targetExpires: 0 };
  const databases = [
    { db: 0, ...count },
    { db: 3, sourceDb: 7, ...count },
  ];
  const progress = {
    db: 3,
    sourceDb: 7,
    phase: 'source',
    keysDone: 1,
    keysTotal: 5,
    differences: 0,
  } as const;
  const state = comparison('orders', { status: 'running', progress });
  open('drift', { metrics: metrics({ databases }) }, { answers: { 'comparison.state': () => state } });
  expect(await screen.findByText('Database 7 → 3: comparing the keys of the source')).toBeTruthy();
  await userEvent.click(screen.getByRole('combobox', { name: 'Database' }));
  expect(await screen.findByRole('option', { name: 'Database 7 → 3', hidden: true })).toBeTruthy();
});

it.each([
  [
    comparison('orders', { status: 'none' }),
    'Compare now',
    /It only reads, page by page; both servers have more to do while it lasts/,
  ],
  [comparison('orders', { report: report(0) }), 'Compare again', 'Both sides are equal'],
  [comparison('orders', { report: report(3) }), 'Compare again', '3 differences'],
  [
    comparison('orders', {
      status: 'running',
      progress: { db: 3, phase: 'source', keysDone: 412_000, keysTotal: 1_103_701, differences: 3 },
    }),
    'Cancel',
    '3 differences so far',
  ],
  [comparison('orders', { status: 'cancelled' }), 'Compare again', 'The comparison was cancelled'],
])('shows the comparison as it stands: %#', async (state, button, text) => {
  open('drift', {}, { answers: { 'comparison.state': () => state } });
  expect(await screen.findByText(text)).toBeTruthy();
  expect(screen.getByRole('button', { name: button })).toBeTruthy();
});

it('makes a full copy again after it has said what that replaces', async () => {
  open('overview');
  const user = userEvent.setup();
  await user.click(await within(await head()).findByRole('button', { name: 'More that can be done' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Full copy again…' }));
  const dialog = await screen.findByRole('dialog', { name: /^Make a new full copy for “Orders/ });
  await within(dialog).findByText(
    /^A new full copy is made: a new full copy was asked for\. The target stays as it is until/,
  );
  expect(dialog.textContent).toContain('The present run ends at its checkpoint');
  await user.click(within(dialog).getByRole('button', { name: 'Full copy again' }));
  expect((await screen.findAllByText(/^Receiving the snapshot/)).length).toBeGreaterThan(0);
});

it.each<[Partial<TaskView>]>([[{ state: 'starting', phase: 'connecting' }], [{ state: 'stopping' }]])(
  'offers no full copy meanwhile: %j',
  async (change) => {
    const user = userEvent.setup();
    open('overview', change);
    await user.click(await within(await head()).findByRole('button', { name: 'More that can be done' }));
    await screen.findByRole('menuitem', { name: 'Duplicate…' });
    expect(screen.queryByRole('menuitem', { name: 'Full copy again…' })).toBeNull();
  },
);

it.each([
  ['primaries', 0],
  ['replicas', 1],
] as const)(
  'says that a comparison reads primaries where the task spares them: %s',
  async (readFrom, times) => {
    open('drift', { readFrom });
    expect(await screen.findByRole('button', { name: 'Compare now' })).toBeTruthy();
    expect(screen.queryAllByText(/It reads the primaries of the source/)).toHaveLength(times);
  },
);
