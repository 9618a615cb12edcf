// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { renderSetup, type OpenSetup } from '../../../support/page/render-setup.tsx';
import { scenarios } from '../../../support/page/scenarios/setup.ts';

afterEach(cleanup);

const open = (name: string): OpenSetup => renderSetup(scenarios[name]!());
const region = (name: string): HTMLElement => screen.getByRole('region', { name });
const source = () => within(region('Source'));
const target = (name = 'Target') => within(region(name));
const host = async (): Promise<HTMLElement> =>
  within(await screen.findByRole('region', { name: 'Source' })).findByLabelText('Host');
const press = async ({ user }: OpenSetup, name: string | RegExp): Promise<void> =>
  user.click(await screen.findByRole('button', { name }));
const secretsSent = (page: OpenSetup): unknown[] =>
  page
    .sent('draft.save')
    .map(({ secrets }) => secrets)
    .filter((secrets) => Object.keys(secrets).length > 0);
const heading = (name: string): Promise<HTMLElement> =>
  screen.findByRole('heading', { level: 2, name: new RegExp(name) });

describe('pasting', () => {
  it('a whole address into the host fills the fields, says so, and hands the password over at once', async () => {
    const page = open('setup-new');
    await page.user.click(await host());
    await page.user.paste('rediss://app:s3cret@10.1.2.3:6380/4');
    expect(source().getByLabelText('Host')).toHaveProperty('value', '10.1.2.3');
    expect(source().getByLabelText('Port')).toHaveProperty('value', '6380');
    expect(source().getByLabelText('User')).toHaveProperty('value', 'app');
    expect(source().getByLabelText('TLS')).toHaveProperty('checked', true);
    expect(
      source().getByText(
        'Taken over from the address: host, port 6380, user app, password, TLS on. Database 4 is chosen under “What to copy”.',
      ),
    ).toBeTruthy();
    expect(await source().findByText('Stored')).toBeTruthy();
    const saves = page.sent('draft.save');
    expect(saves.flatMap(({ secrets }) => Object.entries(secrets))).toEqual([
      ['source', { password: 's3cret' }],
    ]);
    expect(JSON.stringify(saves.map(({ draft }) => draft))).not.toContain('s3cret');
    expect(saves.at(-1)!.draft.databases).toEqual([4]);
    expect(document.body.innerHTML).not.toContain('s3cret');
  });

  it('an address that cannot be read is refused, and nothing of it stays', async () => {
    const page = open('setup-new');
    await page.user.click(await host());
    await page.user.paste('http://app:s3cret@10.1.2.3');
    expect(source().getByText(/^The address was not taken over: it begins with none of redis/)).toBeTruthy();
    expect(document.body.innerHTML).not.toContain('s3cret');
  });

  it('user:password is split, until somebody says that all of it is the password', async () => {
    const page = open('setup-new');
    await host();
    await page.user.click(source().getByLabelText('Password'));
    await page.user.paste('app:s3cret');
    expect(source().getByLabelText('User')).toHaveProperty('value', 'app');
    await page.user.click(source().getByRole('button', { name: 'All of it is the password' }));
    expect(source().getByLabelText('User')).toHaveProperty('value', '');
    await page.user.click(source().getByLabelText('Host'));
    expect(await source().findByText('Stored')).toBeTruthy();
    // Fields without a secret may be stored in between, on a machine that is slow to come here.
    expect(secretsSent(page).at(-1)).toEqual({ source: { password: 'app:s3cret' } });
  });
});

describe('a password', () => {
  it('is stored when its field is left, and then only said to be stored', async () => {
    const page = open('setup-new');
    await host();
    await page.user.type(source().getByLabelText('Password'), 's3cret');
    expect(secretsSent(page)).toEqual([]);
    await page.user.tab();
    expect(await source().findByText('Stored')).toBeTruthy();
    expect(secretsSent(page)).toEqual([{ source: { password: 's3cret' } }]);
    await page.user.click(source().getByRole('button', { name: 'Replace' }));
    expect(source().getByLabelText('Password')).toHaveProperty('value', '');
  });

  it('stays stored when it was to be replaced and nothing was entered', async () => {
    const page = open('setup-servers');
    await host();
    await page.user.click(source().getByRole('button', { name: 'Replace' }));
    await page.user.click(source().getByLabelText('Host'));
    expect(await source().findByText('Stored')).toBeTruthy();
    expect(page.sent('draft.save')).toEqual([]);
  });

  it('is asked for again when the address is changed, and says why', async () => {
    const page = open('setup-servers');
    await page.user.type(await host(), '7');
    await waitFor(() => expect(source().getByLabelText('Password')).toHaveProperty('value', ''));
    expect(source().getByText(/^The server was changed, and what was stored is not sent/)).toBeTruthy();
  });

  it('can be removed', async () => {
    const page = open('setup-servers');
    await host();
    await page.user.click(source().getByRole('button', { name: 'Remove' }));
    expect(await source().findByLabelText('Password')).toHaveProperty('value', '');
    await waitFor(() =>
      expect(page.sent('draft.save').at(-1)!.secrets).toEqual({ source: { password: null } }),
    );
  });
});

describe('steps', () => {
  it('the way on shows what is missing where it stands and goes to the first', async () => {
    const page = open('setup-new');
    await host();
    await press(page, 'Next: What to copy');
    expect(await source().findByText('Enter the host name or the address of the source.')).toBeTruthy();
    expect(target().getByText('Enter the host name or the address of the target.')).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(source().getByLabelText('Host')));
    expect(screen.getByRole('button', { name: /^3 ?How to run$/ })).toHaveProperty('disabled', true);
  });

  it('a problem goes when another field mends it', async () => {
    const page = open('setup-servers');
    const field = await host();
    await page.user.clear(target().getByLabelText('Host'));
    await page.user.type(target().getByLabelText('Host'), '10.0.0.5');
    await press(page, 'Next: What to copy');
    expect(await target().findByText('This is the same server as the source.')).toBeTruthy();
    await page.user.type(field, '0');
    await waitFor(() => expect(target().queryByText('This is the same server as the source.')).toBeNull());
  });

  it('Enter goes on, the heading gets the focus, and the task is named after its servers', async () => {
    const page = open('setup-new');
    await page.user.type(await host(), 'a.example');
    await page.user.type(target().getByLabelText('Host'), 'b.example{Enter}');
    const what = await heading('What to copy');
    await waitFor(() => expect(document.activeElement).toBe(what));
    await press(page, 'Next: How to run');
    expect(await screen.findByLabelText('Name')).toHaveProperty('value', 'a.example → b.example');
    await press(page, 'Back');
    expect(await heading('What to copy')).toBeTruthy();
  });

  it('what was entered is there when one comes back, on the step that was open', async () => {
    const page = open('setup-what');
    await page.user.click(await screen.findByLabelText('Full copy only'));
    await press(page, 'Next: How to run');
    const name = await screen.findByLabelText('Name');
    await page.user.clear(name);
    await page.user.type(name, 'Orders');
    page.reopen();
    expect(await screen.findByDisplayValue('Orders')).toBeTruthy();
    await press(page, 'Back');
    expect(await screen.findByLabelText('Full copy only')).toHaveProperty('checked', true);
  });

  it('a folded-up target with a problem is unfolded', async () => {
    const page = open('setup-eight');
    await host();
    await press(page, /^Target 3/);
    await page.user.clear(target('Target 3').getByLabelText('Host'));
    await press(page, /^Target 3/);
    await press(page, 'Next: What to copy');
    const field = await target('Target 3').findByLabelText('Host');
    await waitFor(() => expect(document.activeElement).toBe(field));
  });

  it('a draft that cannot be stored keeps its step and says why', async () => {
    const page = open('setup-not-saved');
    await page.user.type(await host(), '1');
    await press(page, 'Next: What to copy');
    expect(await screen.findByText(/no space left/)).toBeTruthy();
    expect(screen.getByRole('heading', { level: 2, name: /Where from/ })).toBeTruthy();
  });
});

describe('the connection test', () => {
  it('shows what answers, and marks it when a field changes', async () => {
    const page = open('setup-servers');
    await host();
    await page.user.click(source().getByRole('button', { name: 'Test connection' }));
    expect(await source().findByText('Redis 7.2.5, up 12 d')).toBeTruthy();
    await page.user.type(source().getByLabelText('User'), 'x');
    expect(source().getByText('Settings changed since this test')).toBeTruthy();
    expect(page.sent('connection.test')).toMatchObject([
      { side: 'source', secrets: {}, stored: { kind: 'draft', id: 'd1', endpointId: 'source' } },
    ]);
  });

  it('says why it failed and what to do', async () => {
    const page = open('setup-refused');
    await host();
    await page.user.click(source().getByRole('button', { name: 'Test connection' }));
    expect(await source().findByText('The source refuses the credentials')).toBeTruthy();
    expect(source().getByText(/Check user and password/)).toBeTruthy();
  });

  it('shows a cluster by its nodes, and names those that cannot be reached', async () => {
    const page = open('setup-cluster');
    await host();
    await page.user.click(source().getByRole('button', { name: 'Test connection' }));
    expect(await source().findByText('Cluster of 3 shards, 6 nodes')).toBeTruthy();
    const rows = within(source().getByRole('region', { name: 'Nodes of the cluster' })).getAllByRole('row');
    expect(rows.slice(1, 6).map(({ textContent }) => textContent)).toEqual([
      '10.0.0.1:63790-54607.2.51.0 GB0.4 ms',
      '10.0.0.4:6379replica7.2.54.0 GB0.7 ms',
      '10.0.0.2:6379reached at 127.0.0.1:70025461-109227.2.52.0 GB0.5 ms',
      '10.0.0.5:6379replica7.2.55.0 GB0.8 ms',
      '10.0.0.3:6379cannot be reached from here10923-16383–––',
    ]);
    expect(
      source().getByText(
        '1 of 6 nodes cannot be reached from here, at the addresses that the cluster tells. 1 slot on the way from one node to another.',
      ),
    ).toBeTruthy();
  });

  it('of a cluster fills the nodes that cannot be reached into its address map, and tests all of them there', async () => {
    const page = open('setup-cluster');
    await host();
    await page.user.click(source().getByRole('button', { name: 'Test connection' }));
    await page.user.click(await source().findByRole('button', { name: 'Fill in the nodes' }));
    expect(source().getByLabelText('Announced address, row 1')).toHaveProperty('value', '10.0.0.3:6379');
    expect(source().queryByRole('button', { name: 'Fill in the nodes' })).toBeNull();
    await page.user.click(source().getByRole('button', { name: 'Test all nodes' }));
    expect(await source().findByText('The address that is reached is missing.')).toBeTruthy();
    expect(page.sent('connection.test')).toHaveLength(1);
    await page.user.type(source().getByLabelText('Reached at, row 1'), '127.0.0.1:7003');
    await page.user.click(source().getByRole('button', { name: 'Test all nodes' }));
    await waitFor(() => expect(page.sent('connection.test')).toHaveLength(2));
    expect(page.sent('connection.test')[1]!.endpoint.addressMap).toBe('10.0.0.3:6379=127.0.0.1:7003');
    await page.user.click(source().getByRole('button', { name: 'Remove row 1' }));
    expect(source().getByRole('button', { name: 'Test connection' })).toBeTruthy();
  });

  it('runs by itself for every server when one goes on', async () => {
    const page = open('setup-servers');
    await host();
    await press(page, 'Next: What to copy');
    await heading('What to copy');
    await waitFor(() =>
      expect(page.sent('connection.test').map(({ side }) => side)).toEqual(['source', 'target']),
    );
  });
});

describe('what is taken', () => {
  it('the databases of the source can be chosen with their counts', async () => {
    const page = open('setup-what');
    await screen.findByLabelText('Database 1');
    await page.user.click(screen.getByLabelText('Only these'));
    await page.user.click(await screen.findByLabelText('Database 1'));
    const further = screen.getByLabelText('Further databases, by number');
    await page.user.type(further, '20, 22');
    await press(page, 'Finish later');
    const { databases } = page.sent('draft.save').at(-1)!.draft;
    expect(databases).toEqual([0, ...Array.from({ length: 14 }, (_, index) => index + 2), 20, 22]);
  });

  it('numbers are typed when the source cannot be asked, and one is needed', async () => {
    const page = open('setup-what-unknown');
    expect(await screen.findByText('The source could not be asked for its databases.')).toBeTruthy();
    await press(page, 'Next: How to run');
    expect(await screen.findByText('Choose at least one database, or take all.')).toBeTruthy();
    await page.user.type(screen.getByLabelText('Databases, by number'), '0, x');
    expect(screen.getByText(/“x” is not a database number/)).toBeTruthy();
  });

  it('overwriting names what stands on each target', async () => {
    open('setup-what-overwrite');
    expect(await screen.findByText(/holds 12,340 keys in these databases now/)).toBeTruthy();
    expect(screen.getByText(/holds no keys in these databases now/)).toBeTruthy();
    expect(await screen.findByText(/could not be asked, so it is not known/)).toBeTruthy();
  });
});

describe('the draft', () => {
  it('is deleted after a question', async () => {
    const page = open('setup-servers');
    await press(page, 'Delete draft');
    await press(page, 'Delete the draft');
    await waitFor(() => expect(location.hash).toBe('#/tasks'));
    expect(page.sent('draft.delete')).toEqual([{ id: 'd1' }]);
  });

  it('that is gone is said to be', async () => {
    renderSetup({});
    expect(await screen.findByText('This set-up is no longer there')).toBeTruthy();
  });
});

describe('import-mode', () => {
  it('is asked about where a target has it, and what was chosen is stored', async () => {
    const page = open('setup-how-valkey');
    await page.user.click(await screen.findByRole('radio', { name: 'Use it while the task runs' }));
    await waitFor(() => expect(page.sent('draft.save').at(-1)?.draft.importMode).toBe('use'));
  });

  it('is not where none is known to have it', async () => {
    open('setup-how');
    await screen.findByRole('textbox', { name: 'Late by up to, in seconds' });
    expect(screen.queryByText(/import-mode/)).toBeNull();
  });
});

describe('function libraries', () => {
  it('are asked about where a target knows none, and what was chosen is stored', async () => {
    const page = open('setup-what-older');
    const choice = await screen.findByRole('radio', { name: 'Go without them' });
    await page.user.click(choice);
    await waitFor(() => expect(page.sent('draft.save').at(-1)?.draft.functions).toBe('skip'));
  });

  it('are not where every target knows them', async () => {
    open('setup-what');
    // What the source has said by now the target has as well.
    await screen.findByText(/^The source holds/);
    expect(screen.queryByText('Function libraries')).toBeNull();
  });
});
