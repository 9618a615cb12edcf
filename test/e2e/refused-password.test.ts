import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { button, dialog, phase, tab } from './journey/pages.ts';
import { openSession, type BrowserSession } from './support/browser-session.ts';
import { makeTask } from './support/make-task.ts';
import { describeBrowser } from './support/window-tools.ts';

const USER = 'replicator';
const OLD_PASSWORD = 'before-7719';
const NEW_PASSWORD = 'after-3372';

describeBrowser('a task whose password was changed while Lockstep was closed', () => {
  let session: BrowserSession;
  let source: RedisProcess;
  let target: RedisProcess;

  beforeAll(async () => {
    source = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
    target = await startRedis();
    await source.client().call('ACL', 'SETUSER', USER, 'on', `>${OLD_PASSWORD}`, '~*', '&*', '+@all');
    session = await openSession();
    await makeTask(await session.client(), {
      source,
      target,
      sourceUser: USER,
      sourcePassword: OLD_PASSWORD,
    });
    await session.restart(() =>
      source
        .client()
        .call('ACL', 'SETUSER', USER, 'resetpass', `>${NEW_PASSWORD}`)
        .then(() => undefined),
    );
  });

  afterAll(async () => {
    await session?.close();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  test('is not started with the old one: its dialog says what was found and what to do', async () => {
    const { page } = session;
    await button(page, 'Resume Orders').first().click();
    await dialog(page).getByLabel('Password of the source').fill(OLD_PASSWORD);
    await dialog(page).getByRole('button', { name: 'Start' }).click();
    const alert = dialog(page).getByRole('alert').filter({ hasText: 'The source refuses the credentials' });
    await alert.waitFor();

    expect(await alert.textContent()).toMatch(/What to do: .*redis-cli/);
    expect(await alert.textContent()).not.toContain(OLD_PASSWORD);
  });

  test('goes on from its checkpoint once the new one is entered there', async () => {
    const { page } = session;
    await source.client().set('written-meanwhile', 'yes');
    await dialog(page).getByLabel('Password of the source').fill(NEW_PASSWORD);
    await dialog(page).getByRole('button', { name: 'Start' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Orders' }).click();
    await phase(page, 'In step').waitFor();
    await expect.poll(() => target.client().get('written-meanwhile')).toBe('yes');
    await tab(page, 'Events').click();
    await page
      .getByRole('row', { name: /In step/ })
      .first()
      .waitFor();

    expect(await page.getByRole('row', { name: /The source refuses the credentials/ }).count()).toBe(0);
    expect(await page.getByRole('row', { name: /The full copy is complete/ }).count()).toBe(1);
  });
});
