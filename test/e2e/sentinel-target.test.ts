import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../../shared/contract/client.ts';
import { emptyEndpoint } from '../../shared/model/profile.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { startWatched, type Watched } from '../support/sentinel.ts';
import { button, dialog, phase } from './journey/pages.ts';
import { openSession, type BrowserSession } from './support/browser-session.ts';
import { makeTask, taskOf } from './support/make-task.ts';
import { describeBrowser } from './support/window-tools.ts';

const LONG_MS = 60_000;

describeBrowser('a target that Sentinels watch', () => {
  let session: BrowserSession;
  let client: Client;
  let source: RedisProcess;
  let target: Watched;
  let id: string;

  beforeAll(async () => {
    [source, target] = await Promise.all([
      startRedis({ args: ['--repl-diskless-sync-delay', '0'] }),
      startWatched({ count: 1 }),
    ]);
    await source.client().set('from-the-copy', 'yes');
    session = await openSession();
    client = await session.client();
    const sentinels = `127.0.0.1:${target.sentinels[0]!.port}`;
    id = await makeTask(client, {
      ...{ source, target: target.servers[0] },
      changes: {
        targets: [{ ...emptyEndpoint('target-1'), kind: 'sentinels', sentinels, primaryName: target.name }],
      },
    });
    await session.page.evaluate((task) => (location.hash = `#/tasks/${task}/overview`), id);
  });

  afterAll(async () => {
    await session?.close();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  test('is written to where it is after a failover, and its page says where that is', async () => {
    const { page } = session;
    const [first, second] = target.servers;
    const at = ({ port }: RedisProcess) => page.getByText(`127.0.0.1:${port}`, { exact: true });
    await at(first).waitFor();
    await page.getByText('mymaster, watched by a Sentinel').waitFor();
    await target.failover(first);
    await at(second).waitFor({ timeout: LONG_MS });
    await source.client().set('after-the-failover', 'yes');
    await expect.poll(() => second.client().get('after-the-failover'), { timeout: LONG_MS }).toBe('yes');
    await phase(page, 'In step').waitFor({ timeout: LONG_MS });
    expect(await second.client().get('from-the-copy')).toBe('yes');
    expect((await taskOf(client, id)).foundAt).toEqual({
      source: null,
      target: { host: '127.0.0.1', port: second.port },
    });
  });

  test('is handed over there when the task stops', async () => {
    const { page } = session;
    await button(page, 'Stop').click();
    await dialog(page)
      .getByText(/mymaster@127\.0\.0\.1:\d+/)
      .first()
      .waitFor();
    await dialog(page).getByRole('button', { name: 'Stop the task' }).click();
    await phase(page, 'Stopped').waitFor({ timeout: LONG_MS });
    expect((await taskOf(client, id)).targetStanding).toBe('exact');
    await page.getByText(`mymaster@127.0.0.1:${target.sentinels[0]!.port}`, { exact: true }).waitFor();
    expect(session.faults).toEqual([]);
  });
});
