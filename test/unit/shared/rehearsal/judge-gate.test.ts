import { describe, expect, test } from 'vitest';
import type { CutoverClient, CutoverSide } from '../../../../shared/model/cutover-facts.ts';
import { isOpen, type GateId } from '../../../../shared/rehearsal/gate.ts';
import { judgeGate, type GateInput } from '../../../../shared/rehearsal/judge-gate.ts';

const NOW = 1_000_000;
const SIDE: CutoverSide = {
  writes: 5,
  offset: 9,
  clients: { total: 0, told: [] },
  servers: 1,
  persistence: 'AOF',
  replicas: 1,
  policy: 'noeviction',
  users: ['default'],
  libraries: ['lib'],
  settings: { databases: '16', 'notify-keyspace-events': '' },
};
const GOOD: GateInput = {
  nowMs: NOW,
  steadyForMs: 60_000,
  comparedWithinMs: 600_000,
  caughtUpSinceMs: NOW - 60_000,
  lagSeconds: 0,
  bufferBytes: 0,
  unsettled: null,
  quietSinceMs: NOW - 60_000,
  compared: { equal: true, differences: 0, endedAtMs: NOW - 600_000 },
  facts: { source: SIDE, target: SIDE },
};
const WRITER: CutoverClient = {
  ...{
    address: '10.0.0.7:41234',
    name: 'billing',
    user: 'app',
    command: 'set',
    writes: true,
    idleSeconds: 2,
  },
};
const withSource = (source: Partial<CutoverSide>): Partial<GateInput> => ({
  facts: { source: { ...SIDE, ...source }, target: SIDE },
});
const withTarget = (target: Partial<CutoverSide>): Partial<GateInput> => ({
  facts: { source: SIDE, target: { ...SIDE, ...target } },
});

test('a pair that is ready has nothing in its way', () => {
  const gate = judgeGate(GOOD);
  expect(gate.filter(({ state }) => state !== 'ready')).toEqual([]);
  expect(isOpen(gate)).toBe(true);
});

describe('one thing that is not so', () => {
  type Row = readonly [
    what: string,
    input: Partial<GateInput>,
    id: GateId,
    state: 'blocks' | 'mind',
    found: string,
  ];
  const rows: readonly Row[] = [
    ['not in step', { caughtUpSinceMs: null, lagSeconds: null }, 'lag', 'blocks', 'not in step'],
    ['behind', { caughtUpSinceMs: null, lagSeconds: 3 }, 'lag', 'blocks', '3.0 s behind'],
    ['not behind for too short', { caughtUpSinceMs: NOW - 59_999 }, 'lag', 'blocks', 'of 1 min'],
    ['never compared', { compared: null }, 'compared', 'blocks', 'not compared'],
    [
      'compared too long ago',
      { compared: { equal: true, differences: 0, endedAtMs: NOW - 600_001 } },
      'compared',
      'blocks',
      'longer than',
    ],
    [
      'different',
      { compared: { equal: false, differences: 3, endedAtMs: NOW } },
      'compared',
      'blocks',
      '3 differences',
    ],
    ['written to lately', { quietSinceMs: NOW - 59_999 }, 'writes', 'blocks', 'last write'],
    ['writes uncounted', { quietSinceMs: null }, 'writes', 'mind', 'does not count'],
    ['source gone', { facts: { source: null, target: SIDE } }, 'writes', 'blocks', 'could not be looked at'],
    ['bytes in the buffer', { bufferBytes: 2048 }, 'buffer', 'blocks', '2.0 KB'],
    ['slots under way', { unsettled: 'slots 1-5' }, 'slots', 'blocks', '1-5'],
    [
      'less persistence',
      withTarget({ persistence: 'none' }),
      'persistence',
      'mind',
      'AOF on the source, none on the target',
    ],
    ['fewer replicas', withSource({ replicas: 4 }), 'replicas', 'mind', '1 on the target'],
    ['another eviction', withTarget({ policy: 'allkeys-lru' }), 'eviction', 'mind', 'allkeys-lru'],
    ['a user fewer', withSource({ users: ['app', 'default'] }), 'users', 'mind', 'lacks'],
    ['users not told', withTarget({ users: null }), 'users', 'mind', 'does not tell'],
    ['a library fewer', withTarget({ libraries: [] }), 'libraries', 'mind', 'lacks'],
    [
      'other settings',
      withTarget({ settings: { databases: '32', 'notify-keyspace-events': '' } }),
      'settings',
      'mind',
      'differ',
    ],
    [
      'clients left',
      withSource({ clients: { total: 1, told: [{ ...WRITER, writes: false }] } }),
      'clients',
      'mind',
      '1 client is',
    ],
  ];
  test.each(rows)('%s', (_, input, id, state, found) => {
    const gate = judgeGate({ ...GOOD, ...input });
    const item = gate.find((one) => one.id === id);
    expect(item).toMatchObject({ state });
    expect(item?.found).toContain(found);
    expect(isOpen(gate)).toBe(state === 'mind');
  });
});

test('who writes is named by address and name, with the command that holds writers back', () => {
  const source = { clients: { total: 1, told: [WRITER] } };
  const gate = judgeGate({ ...GOOD, ...withSource(source), quietSinceMs: NOW - 1000 });
  expect(gate.find(({ id }) => id === 'writes')).toMatchObject({
    state: 'blocks',
    who: ['10.0.0.7:41234 (billing, user app), last command set 2 s ago'],
    command: 'CLIENT PAUSE 600000 WRITE',
  });
});

test('who has long been quiet is not in the way of a move, but still connected', () => {
  const told = [WRITER, { ...WRITER, address: '10.0.0.8:1', idleSeconds: 62 }];
  const gate = judgeGate({
    ...GOOD,
    ...withSource({ clients: { total: 2, told } }),
    quietSinceMs: NOW - 1000,
  });
  const who = (id: GateId): number | undefined => gate.find((item) => item.id === id)?.who.length;
  expect([who('writes'), who('clients')]).toEqual([1, 2]);
});

test('of a cluster writers are held back on each primary, and replicas are counted for each', () => {
  const gate = judgeGate({
    ...GOOD,
    facts: { source: { ...SIDE, servers: 3, replicas: 3 }, target: { ...SIDE, servers: 2, replicas: 2 } },
    quietSinceMs: NOW - 1000,
  });
  expect(gate.find(({ id }) => id === 'writes')).toMatchObject({ where: 'each-primary' });
  expect(gate.find(({ id }) => id === 'replicas')).toMatchObject({
    state: 'ready',
    found: '2 for 2 primaries on the target, 3 for 3 primaries on the source.',
  });
});
