/** The small bound on a target that is a cluster, over what takes its time. */
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { poll } from '../support/sync-run.ts';
import {
  begin,
  cluster,
  DEADLINE_MS,
  ends,
  fill,
  follow,
  inState,
  run,
  shortLivedCounters,
  SMALL_MS,
  source,
  startEngine,
} from '../support/target/small-bound-cluster.ts';

it('what expires while the tool is dead goes from every node within the small bound', async () => {
  await begin();
  await fill(60, 16_000);
  const engine = startEngine();
  await inState('small');
  engine.kill();
  const from = source.client();
  const lastMs = await from.pexpiretime('k:59');
  await eventually('all have gone', async () => (await from.dbsize()) === 0, DEADLINE_MS);
  const left = async (): Promise<number> =>
    (await Promise.all(cluster.members.map(async ({ client }) => (await client.keys('k:*')).length))).reduce(
      (sum, some) => sum + some,
    );
  await eventually('none is left', async () => (await left()) === 0, DEADLINE_MS);
  expect(Date.now()).toBeLessThan(lastMs + SMALL_MS + 5000);
});

it('stays late by the small bound over a failover by hand, and over one that a dead primary brings', async () => {
  await begin(1);
  await fill(300, 120_000);
  await follow();
  await cluster.failover(cluster.members[3]!);
  await poll('in step again', () => run!.phases.at(-1) === 'in-step');
  // Of two failovers that nobody has seen apart it is not known whether they were all that happened.
  const names = Array.from({ length: 50 }, (_, i) => `between:${i}`);
  await source.client().mset(names.flatMap((name) => [name, 1]));
  await poll('the new primary is written to', async () =>
    (await Promise.all(names.map((name) => cluster.client.exists(name)))).every((there) => there === 1),
  );
  await cluster.members[1]!.server.kill();
  await poll('the replica has taken over', async () =>
    (await cluster.members[4]!.client.info('replication')).includes('role:master'),
  );
  await source.client().set('after', 1, 'EX', 100);
  await poll('it goes on', async () => (await cluster.client.exists('after').catch(() => 0)) === 1);
  await inState('small');
  expect(run!.told.filter((text) => text.includes('moved between its nodes'))).toEqual([]);
  await ends();
});

it('counters under short expiry stay equal through a node that is frozen for longer than the bound', async () => {
  await begin();
  await follow();
  const counters = await shortLivedCounters();
  const { server } = cluster.members[1]!;
  // Another than that with the task's own checkpoint, and nobody takes its place.
  await server.kill('SIGSTOP');
  const untilMs = Date.now() + SMALL_MS * 1.4;
  await eventually('it was frozen for long enough', () => Date.now() > untilMs, 3 * SMALL_MS);
  await server.kill('SIGCONT');
  await poll('in step again', () => run!.phases.at(-1) === 'in-step');
  await counters.end();
  await ends();
});
