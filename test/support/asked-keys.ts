import type { AskedKey } from '../../electron/engine/repair/asked-keys.ts';
import type { RepairKind, RepairOutcome } from '../../shared/model/key-repair.ts';
import { poll } from './sync-run.ts';

interface Repairs {
  repair(keys: readonly AskedKey[]): void;
}

/** Asks a run to bring keys of a database, and waits until each of them is settled. @returns what has become of each, by its name */
export async function repairKeys(
  run: Repairs,
  kind: RepairKind,
  names: readonly (string | Buffer)[],
  db = 0,
): Promise<ReadonlyMap<string, RepairOutcome>> {
  const outcomes = new Map<string, RepairOutcome>();
  const keys = names.map((name) => Buffer.from(name).toString('latin1'));
  run.repair(keys.map((key) => ({ db, key, kind, settle: (outcome) => outcomes.set(key, outcome) })));
  await poll('all keys settled', () => outcomes.size === new Set(keys).size);
  return outcomes;
}
