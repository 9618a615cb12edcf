// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { renderSetup, type OpenSetup } from '../../../support/page/render-setup.tsx';
import { scenarios } from '../../../support/page/scenarios/setup.ts';

afterEach(cleanup);

const open = (name: string): OpenSetup => renderSetup(scenarios[name]!());
const source = () => within(screen.getByRole('region', { name: 'Source' }));
const ready = (): Promise<HTMLElement> => screen.findByRole('region', { name: 'Source' });
const value = (label: string): string => source().getByLabelText<HTMLInputElement>(label).value;
const choose = (page: OpenSetup, how: string): Promise<void> =>
  page.user.click(source().getByRole('radio', { name: how }));

describe('an address of Sentinels', () => {
  it('that is pasted fills their fields, hands over the password of the servers, and keeps the keyboard there', async () => {
    const page = open('setup-new');
    await ready();
    await page.user.click(source().getByLabelText('Host'));
    await page.user.paste('rediss-sentinel://app:s3cret@s1.example,s2.example:26380/mymaster');
    expect(value('Sentinels')).toBe('s1.example:26379\ns2.example:26380');
    expect(value('Name of the primary')).toBe('mymaster');
    expect(value('User of the servers')).toBe('app');
    expect(source().getByLabelText('TLS to the servers')).toHaveProperty('checked', true);
    expect(source().getByLabelText('TLS to the Sentinels')).toHaveProperty('checked', true);
    expect(
      source().getByText(
        'Taken over from the address: 2 Sentinels, name mymaster, user app of the servers, password of the servers, TLS on.',
      ),
    ).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(source().getByLabelText('Sentinels')));
    expect(await source().findByText('Stored')).toBeTruthy();
    const saves = page.sent('draft.save');
    expect(saves.flatMap(({ secrets }) => Object.entries(secrets))).toEqual([
      ['source', { password: 's3cret' }],
    ]);
    expect(JSON.stringify(saves.map(({ draft }) => draft))).not.toContain('s3cret');
    expect(saves.at(-1)!.draft.source).toMatchObject({ kind: 'sentinels', primaryName: 'mymaster' });
    expect(document.body.innerHTML).not.toContain('s3cret');
  });

  it('that lacks the name is refused, and nothing of it stays', async () => {
    const page = open('setup-new');
    await ready();
    await page.user.click(source().getByLabelText('Host'));
    await page.user.paste('redis-sentinel://app:s3cret@s1.example');
    expect(
      source().getByText(/^The address was not taken over: the name of the primary is missing/),
    ).toBeTruthy();
    expect(document.body.innerHTML).not.toContain('s3cret');
  });

  it('gives way to that of a server which is pasted or typed where the Sentinels stand', async () => {
    const page = open('setup-sentinels');
    await ready();
    await page.user.clear(source().getByLabelText('Sentinels'));
    await page.user.type(source().getByLabelText('Sentinels'), 'redis://app:s3cret@10.1.2.3');
    await page.user.tab();
    await waitFor(() => expect(value('Host')).toBe('10.1.2.3'));
    expect(value('Port')).toBe('6379');
    expect(JSON.stringify(page.sent('draft.save').map(({ draft }) => draft))).not.toContain('s3cret');
  });
});

describe('a server that Sentinels tell of', () => {
  it('has its own and their password, each stored by itself', async () => {
    const page = open('setup-new');
    await ready();
    await choose(page, 'By Sentinels');
    await page.user.type(source().getByLabelText('Password of the Sentinels'), 'theirs');
    await page.user.tab();
    expect(await source().findByText('Stored')).toBeTruthy();
    await page.user.type(source().getByLabelText('Password of the servers'), 'its');
    await page.user.tab();
    await waitFor(() => expect(source().getAllByText('Stored')).toHaveLength(2));
    const secrets = page
      .sent('draft.save')
      .flatMap(({ secrets: changes }) => (changes['source'] ? [changes['source']] : []));
    expect(secrets).toEqual([{ sentinelPassword: 'theirs' }, { password: 'its' }]);
  });

  it('says what is missing in its fields, and what was entered for the other kind stays', async () => {
    const page = open('setup-servers');
    await ready();
    await choose(page, 'By Sentinels');
    await page.user.click(source().getByRole('button', { name: 'Test connection' }));
    expect(await source().findByText(/^Enter the address of at least one Sentinel/)).toBeTruthy();
    expect(source().getByText(/^Enter the name that the Sentinels know the primary by/)).toBeTruthy();
    expect(document.activeElement).toBe(source().getByLabelText('Sentinels'));
    expect(page.sent('connection.test')).toEqual([]);
    await choose(page, 'By its address');
    expect(value('Host')).toBe('10.0.0.5');
  });

  it('is tested: the primary, who names it, and who does not', async () => {
    const page = open('setup-sentinels');
    await ready();
    await page.user.click(source().getByRole('button', { name: 'Test connection' }));
    expect(await source().findByText('mymaster is 10.0.0.1:6379, named by 1 of 3 Sentinels')).toBeTruthy();
    expect(
      source().getByText(/s2.example:26379 names 10.0.0.2:6379. s3.example:26379: connection refused./),
    ).toBeTruthy();
    expect(page.sent('connection.test')).toMatchObject([
      { endpoint: { kind: 'sentinels', host: '', port: 0, primaryName: 'mymaster' } },
    ]);
    await page.user.click(source().getByLabelText('TLS to the Sentinels'));
    expect(source().getByText('Settings changed since this test')).toBeTruthy();
  });

  it('says what to do about credentials that the Sentinels refuse', async () => {
    const page = open('setup-sentinels-refused');
    await ready();
    await page.user.click(source().getByRole('button', { name: 'Test connection' }));
    expect(await source().findByText('The Sentinels of the source refuse the password')).toBeTruthy();
    expect(source().getByText(/Check the user and the password of the Sentinels/)).toBeTruthy();
  });
});
