import { expect, it } from 'vitest';
import { DATA_COMMANDS } from '../../simulator/data-commands.ts';
import { Keyspace } from '../../simulator/keyspace.ts';
import { Random } from '../../simulator/random.ts';
import { ServerGround } from '../../simulator/server-ground.ts';

const KEYS = 8;

/** With the order of its keys, which is that of a snapshot. */
const told = (keyspace: Keyspace): unknown =>
  [...keyspace.databases].map(([db, entries]) => [db, [...entries].map(([key, entry]) => [key, entry])]);

it('how a keyspace stands at a moment is what a copy of it would be, in the same order, and stays so', () => {
  const random = new Random(7);
  const keyspace = new Keyspace();
  const ground = new ServerGround(
    {
      keyspace,
      nowMs: 0,
      living: (db, key) => keyspace.db(db).get(key),
      touched: (db, key) => void keyspace.touched(db, key),
    },
    () => undefined,
  );
  const key = (): string => `key:${random.between(0, KEYS)}`;
  const steps: (() => readonly string[])[] = [
    () => ['incr', `n${key()}`],
    () => ['append', key(), 'x'],
    () => ['set', key(), 'y'],
    () => ['del', key()],
    () => ['rename', key(), key()],
    () => ['rpush', `l${key()}`, 'a', 'b'],
    () => ['lpop', `l${key()}`],
    () => ['lmove', `l${key()}`, `l${key()}`, 'LEFT', 'RIGHT'],
    () => ['hincrby', `h${key()}`, `f${random.between(0, 3)}`, '1'],
    () => ['hdel', `h${key()}`, `f${random.between(0, 3)}`],
    () => ['pexpireat', key(), String(random.between(1, 9))],
    () => ['persist', key()],
  ];
  const kept: { readonly standing: Keyspace; readonly copy: unknown }[] = [];
  for (let i = 0; i < 3000; i++) {
    ground.begin(random.pick([0, 3]));
    const [name, ...args] = random.pick(steps)();
    DATA_COMMANDS[name!]!(ground, args);
    if (!random.chance(0.2)) continue;
    const standing = keyspace.standing();
    expect(told(standing)).toEqual(told(keyspace.clone()));
    kept.push({ standing, copy: told(standing.clone()) });
  }
  for (const { standing, copy } of kept) expect(told(standing)).toEqual(copy);
});
