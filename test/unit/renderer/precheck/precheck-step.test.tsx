// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { CHECK_IDS } from '../../../../shared/model/checks.ts';
import { renderSetup, type OpenSetup } from '../../../support/page/render-setup.tsx';
import { scenarios } from '../../../support/page/scenarios/setup.ts';

afterEach(cleanup);

const open = (name: string): OpenSetup => renderSetup(scenarios[name]!());
const row = (id: string): HTMLElement => document.querySelector<HTMLElement>(`[data-check="${id}"]`)!;
const status = (id: string): string | undefined => row(id).dataset.status;
const ended = (): Promise<HTMLElement> => screen.findByText(/^The precheck has ended/);
const next = (): HTMLElement => screen.getByRole('button', { name: 'Next: Start' });

describe('the precheck', () => {
  it('runs by itself, with a row for every check from the beginning', async () => {
    const page = open('setup-precheck-running');
    await waitFor(() => expect(page.sent('precheck.run')).toEqual([{ draftId: 'd1', targetId: 'target-1' }]));
    expect(document.querySelectorAll('[data-check]')).toHaveLength(CHECK_IDS.length);
    await waitFor(() => expect(status('target-connection')).toBe('pass'));
    expect(status('notice-scaling')).toBe('pending');
    expect(screen.getByText('The checks are still running.')).toBeTruthy();
    expect(screen.queryByText(/^The precheck has ended/)).toBeNull();
  });

  it('is not run again when it has passed', async () => {
    const page = open('setup-precheck-passed');
    expect(await screen.findByText('31 passed')).toBeTruthy();
    await page.user.click(next());
    expect(await screen.findByRole('button', { name: 'Start the task' })).toBeTruthy();
    expect(page.sent('precheck.run')).toEqual([]);
  });

  it('unfolds what failed, with the mend, and says how many are in the way', async () => {
    const page = open('setup-precheck-problems');
    await ended();
    const line = within(row('target-permissions')).getByRole('button', { expanded: true });
    expect(line.textContent).toContain('Failed');
    expect(
      within(row('target-permissions')).getByText('ACL SETUSER sync +@write +restore +flushdb +pexpireat'),
    ).toBeTruthy();
    expect(within(row('versions')).queryByRole('button', { expanded: true })).toBeNull();
    expect(screen.getByText('2 checks fail. Fix what they name, then run them again.')).toBeTruthy();
    expect(next().getAttribute('aria-disabled')).toBe('true');
    await page.user.click(next());
    expect(screen.queryByRole('button', { name: 'Start the task' })).toBeNull();
  });

  it('shows problems alone on demand', async () => {
    const page = open('setup-precheck-problems');
    await ended();
    await page.user.click(screen.getByRole('radio', { name: 'Problems (5)' }));
    expect(
      [...document.querySelectorAll<HTMLElement>('[data-check]')].map((line) => line.dataset.check),
    ).toEqual([
      'target-permissions',
      'target-empty',
      'target-eviction-policy',
      'source-timeout',
      'source-backlog',
    ]);
  });

  it('opens the way when every warning is ignored, records it, and closes it again', async () => {
    const page = open('setup-precheck-warnings');
    await ended();
    await page.user.click(
      screen.getByRole('button', { name: 'Ignore this warning: repl-timeout of the source' }),
    );
    expect(await within(row('source-timeout')).findByText(/^Ignored by you at/)).toBeTruthy();
    expect(next().getAttribute('aria-disabled')).toBe('true');
    await page.user.click(
      screen.getByRole('button', { name: 'Ignore this warning: repl-backlog-size of the source' }),
    );
    await waitFor(() => expect(next().getAttribute('aria-disabled')).toBeNull());
    await page.user.click(screen.getByRole('button', { name: 'Undo ignoring: repl-timeout of the source' }));
    await waitFor(() => expect(next().getAttribute('aria-disabled')).toBe('true'));
    expect(page.sent('precheck.ignore').map(({ check, ignored }) => [check, ignored])).toEqual([
      ['source-timeout', true],
      ['source-backlog', true],
      ['source-timeout', false],
    ]);
  });

  it('one check can be run again alone', async () => {
    const page = open('setup-precheck-problems');
    await ended();
    await page.user.click(screen.getByRole('button', { name: 'Run again: Rights of the target user' }));
    await waitFor(() =>
      expect(page.sent('precheck.run').at(-1)).toMatchObject({ only: ['target-permissions'] }),
    );
  });

  it('says that it broke off, and why', async () => {
    open('setup-precheck-broke-off');
    expect(await screen.findByText('Broke off after 4 of 31: 4 passed')).toBeTruthy();
    expect(screen.getByText('The engine ended unexpectedly')).toBeTruthy();
    expect(screen.getByText('The checks broke off. Run them again.')).toBeTruthy();
  });

  it('runs for every target, each behind a tab that says how it went', async () => {
    const page = open('setup-precheck-eight');
    await waitFor(() => expect(page.sent('precheck.run')).toHaveLength(8));
    const tabs = screen.getAllByRole('tab');
    await waitFor(() =>
      expect(tabs.map((tab) => tab.textContent?.endsWith('Passed'))).toEqual([
        false,
        true,
        true,
        false,
        true,
        true,
        false,
        true,
      ]),
    );
    expect(await screen.findByText(/^Target 1: 2 checks fail/)).toBeTruthy();
  });
});

describe('the start', () => {
  it('reads as a sentence, starts one task a target, and goes to their group', async () => {
    const page = open('setup-start-eight');
    await screen.findByRole('heading', { level: 2, name: /Precheck/ });
    await waitFor(() => expect(next().getAttribute('aria-disabled')).toBeNull());
    await page.user.click(next());
    expect(
      await screen.findByText(/^Copy all databases of 10\.0\.0\.5:6379 .*to each of 8 targets/),
    ).toBeTruthy();
    await page.user.click(screen.getByRole('button', { name: 'Start 8 tasks' }));
    await waitFor(() => expect(location.hash).toBe('#/groups/d1'));
    expect(page.sent('task.create')).toMatchObject([{ draftId: 'd1', start: true, shown: { id: 'd1' } }]);
  });

  it('lists the warnings that are ignored, and goes to the one task', async () => {
    const page = open('setup-precheck-warnings');
    await ended();
    for (const name of ['repl-timeout of the source', 'repl-backlog-size of the source'])
      await page.user.click(screen.getByRole('button', { name: `Ignore this warning: ${name}` }));
    await waitFor(() => expect(next().getAttribute('aria-disabled')).toBeNull());
    await page.user.click(next());
    expect(await screen.findByText('2 warnings are ignored')).toBeTruthy();
    await page.user.click(screen.getByRole('button', { name: 'Create without starting' }));
    await waitFor(() => expect(location.hash).toBe('#/tasks/d1-1/overview'));
    expect(page.sent('task.create')).toMatchObject([{ draftId: 'd1', start: false, shown: { id: 'd1' } }]);
  });

  it('leads back to each step, and says why it was refused', async () => {
    const page = open('setup-start-refused');
    await screen.findByText('31 passed');
    await page.user.click(next());
    await page.user.click(await screen.findByRole('button', { name: 'Start the task' }));
    expect(await screen.findByText(/settings were changed since the checks were run/)).toBeTruthy();
    await page.user.click(screen.getByRole('button', { name: 'Edit: How to run' }));
    expect(await screen.findByLabelText('Name')).toBeTruthy();
  });
});
