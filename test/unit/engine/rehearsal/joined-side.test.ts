import { expect, test } from 'vitest';
import { joinedSide } from '../../../../electron/engine/rehearsal/joined-side.ts';
import type { CutoverClient, CutoverSide } from '../../../../shared/model/cutover-facts.ts';

const client = (address: string, writes: boolean, idleSeconds: number): CutoverClient => ({
  ...{ address, name: '', user: '', command: 'set', writes, idleSeconds },
});
const NODE: CutoverSide = {
  writes: 5,
  offset: 10,
  clients: { total: 1, told: [client('a:1', true, 50)] },
  servers: 1,
  persistence: 'RDB',
  replicas: 1,
  policy: 'noeviction',
  users: ['app', 'default'],
  libraries: ['lib'],
  settings: { timeout: '0', maxclients: '100' },
};

test('one server is told as it is', () => {
  expect(joinedSide('source', [NODE])).toEqual(NODE);
});

test('what nodes of a cluster have is added up, and what differs is told with how many have it', () => {
  const other: CutoverSide = {
    ...NODE,
    persistence: 'none',
    clients: { total: 2, told: [client('b:1', true, 0), client('b:2', false, 0)] },
    settings: { timeout: '', maxclients: '100' },
  };
  const joined = joinedSide('source', [NODE, other, NODE]);
  expect(joined).toMatchObject({
    ...{ writes: 15, offset: 30, servers: 3, replicas: 3, policy: 'noeviction' },
    persistence: 'RDB on 2 of 3, none on 1 of 3',
    settings: { timeout: 'empty on 1 of 3, 0 on 2 of 3', maxclients: '100' },
  });
  // Who wrote last first, on whichever node.
  expect(joined.clients!.total).toBe(4);
  expect(joined.clients!.told.map(({ address }) => address)).toEqual(['b:1', 'a:1', 'a:1', 'b:2']);
});

test('what one node does not tell is not known', () => {
  const untold: CutoverSide = {
    ...NODE,
    ...{ writes: null, offset: null, clients: null, persistence: null, users: null, settings: {} },
  };
  const joined = joinedSide('target', [NODE, untold]);
  expect(joined).toMatchObject({ writes: null, offset: null, clients: null, persistence: null, users: null });
  expect(joined.settings).toEqual({});
});

test('a user that one node of the target lacks is missing, one that one node of the source has is wanted', () => {
  const nodes = [NODE, { ...NODE, users: ['default'], libraries: [] }];
  expect(joinedSide('target', nodes)).toMatchObject({ users: ['default'], libraries: [] });
  expect(joinedSide('source', nodes)).toMatchObject({ users: ['app', 'default'], libraries: ['lib'] });
});
