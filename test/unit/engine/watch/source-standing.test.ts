import { expect, it } from 'vitest';
import { identityOf, type ServerIdentity } from '../../../../electron/engine/control/server-facts.ts';
import { SourceStanding } from '../../../../electron/engine/watch/source-standing.ts';

const replica = (link: string, downSeconds?: number): ServerIdentity =>
  identityOf(
    new Map([
      ['role', 'slave'],
      ['master_host', '10.0.0.9'],
      ['master_port', '6379'],
      ['master_link_status', link],
      ...(downSeconds === undefined
        ? []
        : [['master_link_down_since_seconds', String(downSeconds)] as const]),
    ]),
  );

it('counts from when the source lost its primary, not from when that was seen', () => {
  const standing = new SourceStanding();
  expect(standing.look(replica('up'), 1000)).toBe(false);
  expect([standing.orphaned, standing.staleSeconds(2000)]).toEqual([false, 0]);
  expect(standing.look(replica('down', 30), 100_000)).toBe(true);
  expect(standing.look(replica('down', 31), 101_000)).toBe(false);
  expect(standing.staleSeconds(101_000)).toBe(31);
  expect(standing.primary).toBe('10.0.0.9:6379');
  expect(standing.look(replica('up'), 102_000)).toBe(true);
  expect([standing.orphaned, standing.staleSeconds(103_000)]).toEqual([false, 0]);
});

it('knows that a primary needs none, also one that was promoted', () => {
  const standing = new SourceStanding();
  standing.look(replica('down'), 1000);
  expect(standing.staleSeconds(3000)).toBe(2);
  expect(standing.look(identityOf(new Map([['role', 'master']])), 4000)).toBe(true);
  expect(standing.orphaned).toBe(false);
});
