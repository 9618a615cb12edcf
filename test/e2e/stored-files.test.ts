import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { emptyDraft, profileSchema } from '../../shared/model/profile.ts';
import { button } from './journey/pages.ts';
import { openSession, type BrowserSession } from './support/browser-session.ts';
import { describeBrowser } from './support/window-tools.ts';

const NEWER_VERSION = 99;

const profile = (id: string, name: string): Record<string, unknown> => ({
  ...profileSchema.parse({
    ...emptyDraft(id, 0),
    name,
    source: { ...emptyDraft(id, 0).source, host: '127.0.0.1', port: 1 },
    target: { ...emptyDraft(id, 0).targets[0]!, id: 'target', host: '127.0.0.1', port: 2 },
    ignoredWarnings: [],
    createdAtMs: 1,
    wanted: 'stopped',
    sandbox: false,
  }),
  failure: null,
  completed: false,
});

describeBrowser('a file of tasks that cannot be used as it is', () => {
  let session: BrowserSession | undefined;

  afterEach(async () => {
    await session?.close();
    session = undefined;
  });

  /** Starts the application on such a file. @returns the text of the notice, and the file that was kept with its name */
  const openOn = async (
    text: string,
    title: RegExp,
  ): Promise<{ notice: string; kept: string; keptText: string }> => {
    session = await openSession((dataDir) =>
      writeFileSync(path.join(dataDir, 'profiles.json'), text, { mode: 0o600 }),
    );
    const notice = session.page.getByRole('alert').filter({ hasText: title });
    await notice.waitFor();
    const { dataDir } = session;
    const kept = readdirSync(dataDir).filter((name) => /^profiles\.(damaged|newer)-/.test(name));
    expect(kept).toHaveLength(1);
    const file = path.join(dataDir, kept[0]!);
    expect(statSync(file).mode & 0o077).toBe(0);
    return { notice: (await notice.textContent()) ?? '', kept: file, keptText: readFileSync(file, 'utf8') };
  };

  test('is kept aside when it is damaged, under the name that the notice tells', async () => {
    const damaged = '{"version":1,"content":[{"id":"a-task-of-';
    const { notice, kept, keptText } = await openOn(damaged, /damaged/i);

    expect(notice).toContain(kept);
    expect(keptText).toBe(damaged);
    await button(session!.page, 'New synchronisation').first().waitFor();
  });

  test('is kept aside when a newer version wrote it', async () => {
    const newer = JSON.stringify({ version: NEWER_VERSION, content: [profile('a', 'From tomorrow')] });
    const { notice, kept, keptText } = await openOn(newer, /newer/i);

    expect(notice).toContain(kept);
    expect(notice).toContain(String(NEWER_VERSION));
    expect(keptText).toBe(newer);
    expect(await session!.page.getByRole('link', { name: 'From tomorrow' }).count()).toBe(0);
  });

  test('keeps its good tasks when one of them is damaged, and says which', async () => {
    const mixed = JSON.stringify({
      version: 1,
      content: [
        profile('a', 'Orders'),
        { ...profile('b', 'Broken'), retryForMinutes: 'soon' },
        profile('c', 'Users'),
      ],
    });
    const { notice, kept, keptText } = await openOn(mixed, /damaged/i);
    const { page, dataDir } = session!;

    expect(notice).toContain('Broken');
    expect(notice).toContain(kept);
    expect(keptText).toBe(mixed);
    for (const name of ['Orders', 'Users']) await page.getByRole('link', { name }).waitFor();
    // What was told once is not told again: the file is a good one now.
    await session!.restart();
    for (const name of ['Orders', 'Users']) await page.getByRole('link', { name }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(readdirSync(dataDir).filter((name) => name.startsWith('profiles.damaged'))).toHaveLength(1);
  });
});
