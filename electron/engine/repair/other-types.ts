import type { Redis } from 'ioredis';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { inDatabase } from '../control/in-database.ts';
import { ifRefused } from '../control/reply-error.ts';
import { keySlot } from '../router/key-slot.ts';

export interface BothSides {
  readonly source: Redis;
  readonly target: Redis;
  /** Of a target that is a cluster. */
  readonly nodes: SlotNodes | undefined;
  readonly databases: DatabaseChoice;
}

/**
 * Those of these keys (bytes as latin1 text, of one database of the target) that both sides have, and of different types: a command of the
 * one fails on the other. None where a side may not be asked.
 */
export async function findOtherTypes(
  { source, target, nodes, databases }: BothSides,
  db: number,
  keys: readonly string[],
): Promise<readonly string[]> {
  const names = keys.map((key) => Buffer.from(key, 'latin1'));
  const [wanted, found] = await Promise.all([
    typesOn(source, databases.sourceDb(db), names),
    nodes ? typesOnNodes(nodes, db, names) : typesOn(target, db, names),
  ]);
  return keys.filter((_, i) => {
    const [one, other] = [wanted[i] ?? NONE, found[i] ?? NONE];
    return one !== other && one !== NONE && other !== NONE;
  });
}

const NONE = 'none';

async function typesOn(redis: Redis, db: number, names: readonly Buffer[]): Promise<readonly unknown[]> {
  return inDatabase(redis, db, (asking) => {
    for (const name of names) asking.type(name);
  }).catch(ifRefused([]));
}

async function typesOnNodes(
  nodes: SlotNodes,
  db: number,
  names: readonly Buffer[],
): Promise<readonly unknown[]> {
  const types = new Array<unknown>(names.length);
  const byNode = new Map<Redis, number[]>();
  for (const [i, name] of names.entries()) {
    const node = await nodes.onSlot(keySlot(name));
    byNode.set(node, [...(byNode.get(node) ?? []), i]);
  }
  await Promise.all(
    [...byNode].map(async ([node, there]) => {
      const found = await typesOn(
        node,
        db,
        there.map((i) => names[i]!),
      );
      for (const [n, i] of there.entries()) types[i] = found[n];
    }),
  );
  return types;
}
