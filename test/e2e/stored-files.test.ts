import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { button } from './journey/pages.ts';
import { openSession, type BrowserSession } from './support/browser-session.ts';
import { describeBrowser } from './support/window-tools.ts';

const NEWER_VERSION = 99;

/** What the page tells of a file, and the file that was kept. */
interface Told {
  readonly notice: string;
  readonly kept: string;
  readonly keptText: string;
}

describeBrowser('a file of tasks that cannot be used as it is', () => {
  let session: BrowserSession | undefined;

  afterEach(async () => {
    await session?.close();
    session = undefined;
  });

  const openOn = async (text: string): Promise<BrowserSession> => {
    session = await openSession((dataDir) => writeFileSync(profilesOf(dataDir), text, { mode: 0o600 }));
    return session;
  };

  test('is kept aside when it is damaged, under the name that the notice tells', async () => {
    const damaged = '{"version":1,"content":[{"id":"a-task-of-';
    const opened = await openOn(damaged);
    const { notice, kept, keptText } = await toldBy(opened, /damaged/i);

    expect(notice).toContain(kept);
    expect(keptText).toBe(damaged);
    await button(opened.page, 'New synchronisation').first().waitFor();
  });

  test('is kept aside when a newer version wrote it', async () => {
    const newer = JSON.stringify({ version: NEWER_VERSION, content: { tasks: { a: 'From tomorrow' } } });
    const { notice, kept, keptText } = await toldBy(await openOn(newer), /newer/i);

    expect(notice).toContain(kept);
    expect(notice).toContain(String(NEWER_VERSION));
    expect(keptText).toBe(newer);
  });

  test('keeps its good tasks when one of them is damaged, and says which', async () => {
    session = await openSession();
    const { page, dataDir } = session;
    for (const name of ['Orders', 'Broken', 'Users']) await storeTask(session, name);
    let mixed = '';
    await session.restart(() => {
      mixed = withoutSense(readFileSync(profilesOf(dataDir), 'utf8'), 'Broken');
      writeFileSync(profilesOf(dataDir), mixed);
    });
    const { notice, kept, keptText } = await toldBy(session, /damaged/i);

    expect(notice).toContain('could not be used: Broken.');
    expect(notice).toContain(kept);
    expect(keptText).toBe(mixed);
    // What was told once is not told again: the file is a good one now.
    await session.restart();
    for (const name of ['Orders', 'Users']) await page.getByRole('link', { name }).waitFor();
    expect(await page.getByRole('link', { name: 'Broken' }).count()).toBe(0);
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(keptIn(dataDir)).toEqual([kept]);
  });
});

const profilesOf = (dataDir: string): string => path.join(dataDir, 'profiles.json');

const keptIn = (dataDir: string): string[] =>
  readdirSync(dataDir)
    .filter((name) => /^profiles\.(damaged|newer)-/.test(name))
    .map((name) => path.join(dataDir, name));

async function toldBy(
  { page, dataDir }: Pick<BrowserSession, 'page' | 'dataDir'>,
  title: RegExp,
): Promise<Told> {
  const notice = page.getByRole('alert').filter({ hasText: title });
  await notice.waitFor();
  const files = keptIn(dataDir);
  expect(files).toHaveLength(1);
  const kept = files[0]!;
  expect(statSync(kept).mode & 0o077).toBe(0);
  return { notice: (await notice.textContent()) ?? '', kept, keptText: readFileSync(kept, 'utf8') };
}

/** Makes a task that has not been started, between servers that need not be there. */
async function storeTask(session: BrowserSession, name: string): Promise<void> {
  const client = await session.client();
  const draft = await client.request('draft.create', {});
  const at = (endpoint: typeof draft.source, port: number): typeof draft.source => ({
    ...endpoint,
    host: '127.0.0.1',
    port,
  });
  await client.request('draft.save', {
    draft: { ...draft, name, source: at(draft.source, 1), targets: [at(draft.targets[0]!, 2)] },
    secrets: {},
  });
  await client.request('task.create', { draftId: draft.id, start: false });
}

/** The same file with a duration in one task that is none. */
function withoutSense(text: string, name: string): string {
  const document = JSON.parse(text) as { content: { name: string }[] };
  return JSON.stringify({
    ...document,
    content: document.content.map((task) =>
      task.name === name ? { ...task, retryForMinutes: 'soon' } : task,
    ),
  });
}
