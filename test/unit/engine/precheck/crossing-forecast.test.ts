import { expect, it } from 'vitest';
import { judgeScripts } from '../../../../electron/engine/precheck/checks/functions.ts';
import {
  judgeCrossings,
  judgeFlushes,
} from '../../../../electron/engine/precheck/checks/cluster-commands.ts';
import { forecastCrossings } from '../../../../electron/engine/precheck/crossing-forecast.ts';
import type { ServerCommand } from '../../../../electron/engine/commands/server-command.ts';

const module = (name: string, last: number, write = true): ServerCommand => ({
  ...{ name, arity: -3, write, first: 1, last, step: 1, movable: false },
});
const ofSource = [module('json.mset', -1), module('json.mget', -2, false), module('json.set', 1)];

const forecast = (calls: Readonly<Record<string, number>>): string[] =>
  forecastCrossings(new Map(Object.entries(calls)), ofSource).map(
    ({ name, calls: count, cost }) => `${name} ${count} ${cost}`,
  );

it('tells of each command what it costs, the most frequent first', () => {
  expect(forecast({ set: 9000, del: 20, mset: 500, rename: 30, sunionstore: 40, smove: 1 })).toEqual([
    'mset 500 divided',
    'sunionstore 40 carried',
    'rename 30 carried',
    'del 20 divided',
    'smove 1 divided',
  ]);
});

it('counts what no node can do, and what all of them do', () => {
  expect(forecast({ swapdb: 1, move: 2, 'function|load': 3, 'function|list': 4, flushall: 5 })).toEqual([
    'function 7 every-node',
    'flushall 5 every-node',
    'move 2 refused',
    'swapdb 1 refused',
  ]);
  // A cluster with several databases moves keys among them.
  expect(forecastCrossings(new Map([['move', 2]]), [], true)).toEqual([]);
  expect(forecast({ 'json.mset': 2, 'json.mget': 5, 'json.set': 7 })).toEqual(['json.mset 2 refused']);
});

it('leaves out what only reads, what has one key, and what comes as others', () => {
  expect(forecast({ mget: 5, pfcount: 5, touch: 5, incr: 5, blpop: 5, zmpop: 5, blmove: 5 })).toEqual([]);
});

const judged = (calls: Readonly<Record<string, number>>): ReturnType<typeof judgeCrossings> =>
  judgeCrossings(forecastCrossings(new Map(Object.entries(calls)), ofSource));

it('says it in a sentence for each kind, and warns where the task would stop', () => {
  expect(judged({ get: 5 })).toMatchObject({
    status: 'pass',
    found: 'The source has run none since it started.',
  });
  expect(judged({ del: 5000 })).toMatchObject({
    status: 'pass',
    found: expect.stringContaining('DEL (5,000): each node'),
  });
  expect(judged({ del: 5, rename: 2 })).toMatchObject({
    status: 'notice',
    found: expect.stringMatching(/RENAME \(2\): exact; .* DEL \(5\): each node/),
  });
  expect(judged({ move: 1, rename: 2 }).status).toBe('warning');
});

it('scripts that a source sends as they are stop a task to a cluster', () => {
  const by = [{ where: 'source', text: 'Let it send what scripts wrote.' }] as const;
  expect(judgeScripts(3, true, by)).toMatchObject({
    status: 'failure',
    found:
      'The source sends scripts as they are, which cannot be run again on a cluster; 3 have run since it started.',
    mends: by,
  });
  expect(judgeScripts(0, true, by).status).toBe('warning');
  expect([judgeScripts(3, false, by).status, judgeScripts(0, false, by).status]).toEqual(['warning', 'pass']);
});

it('flushes of a shard are told of, by whatever name', () => {
  expect(judgeFlushes(new Map([['get', 5]])).status).toBe('pass');
  expect(
    judgeFlushes(
      new Map([
        ['flushall', 1],
        ['sflush', 2],
      ]),
    ),
  ).toMatchObject({ status: 'notice', found: expect.stringContaining('FLUSHALL (1), SFLUSH (2)') });
});
