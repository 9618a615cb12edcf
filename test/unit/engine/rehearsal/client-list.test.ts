import { expect, test } from 'vitest';
import { parseClientList } from '../../../../electron/engine/rehearsal/client-list.ts';

const LINE =
  'id=3 addr=10.0.0.7:41234 laddr=10.0.0.1:6379 fd=8 name=billing age=9 idle=2 flags=N db=0 cmd=set user=app resp=2';

test('clients are told with what they did last, those that write first, without replicas, Sentinels and ours', () => {
  const list = [
    'id=1 addr=10.0.0.8:1 name= age=1 idle=0 flags=N cmd=get user=default',
    LINE,
    'id=4 addr=10.0.0.9:2 name= idle=0 flags=S cmd=replconf user=default',
    'id=5 addr=10.0.0.5:3 name=lockstep:rehearsal idle=0 flags=N cmd=client|list user=default',
    'id=6 addr=10.0.0.6:4 name= idle=1 flags=N cmd=xgroup|create user=default',
    'id=7 addr=10.0.0.4:5 name=sentinel-1a8814e4-cmd idle=0 flags=N cmd=publish user=default',
    'id=8 addr=10.0.0.4:6 name=sentinel-1a8814e4-pubsub idle=0 flags=P cmd=subscribe user=default',
    '',
  ].join('\n');
  const { total, told } = parseClientList(list, new Set(['set', 'xgroup']));
  expect(total).toBe(3);
  expect(told.map(({ address, writes }) => [address, writes])).toEqual([
    ['10.0.0.6:4', true],
    ['10.0.0.7:41234', true],
    ['10.0.0.8:1', false],
  ]);
  expect(told[1]).toEqual({
    address: '10.0.0.7:41234',
    name: 'billing',
    user: 'app',
    command: 'set',
    writes: true,
    idleSeconds: 2,
  });
});

test('of very many the first are told, and all are counted', () => {
  const list = Array.from({ length: 1000 }, (_, i) => LINE.replace('41234', String(i))).join('\n');
  const { total, told } = parseClientList(list, new Set());
  expect([total, told.length]).toEqual([1000, 200]);
});
