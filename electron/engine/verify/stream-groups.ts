import type { KeyPair } from './deep-values.ts';
import { groupFinding, quoted } from './finding.ts';
import type { Reply } from './page-reader.ts';
import type { Finding } from '../../../shared/model/comparison.ts';
import { countsPendingAlike, comparePending } from './stream-pending.ts';
import { fieldMap, onBothSubcommand } from './stream-replies.ts';

type Named = ReadonlyMap<string, ReadonlyMap<string, Reply>>;

/**
 * Compares the consumer groups of a stream: what each has delivered, its consumers, and its pending entries with their
 * consumer and number of deliveries.
 *
 * Left out, since a primary does not tell its own replicas either: idle times, consumers that own no pending entry, and
 * (before 7.4) `entries-read`. Delivery times are left out as well.
 */
export async function compareGroups(pair: KeyPair): Promise<Finding | undefined> {
  const [source, target] = (await onBothSubcommand(pair, 'XINFO', 'GROUPS')).map((reply) =>
    byName(reply),
  ) as [Named, Named];
  for (const name of new Set([...source.keys(), ...target.keys()])) {
    const a = source.get(name);
    const b = target.get(name);
    const what = `group ${quoted(Buffer.from(name, 'latin1'))}:`;
    if (!a || !b) return groupFinding(what, a ? 'present' : 'absent', b ? 'present' : 'absent');
    const finding =
      compareCounters(pair, what, a, b) ?? (await compareGroup(pair, what, Buffer.from(name, 'latin1')));
    if (finding) return finding;
  }
  return undefined;
}

function compareCounters(
  pair: KeyPair,
  what: string,
  source: ReadonlyMap<string, Reply>,
  target: ReadonlyMap<string, Reply>,
): Finding | undefined {
  const fields = ['last-delivered-id'];
  if (countsPendingAlike(pair)) fields.push('pending');
  if (pair.source.abilities.replicatesEntriesRead && pair.target.abilities.replicatesEntriesRead) {
    fields.push('entries-read');
  }
  for (const field of fields) {
    const x = source.get(field);
    const y = target.get(field);
    if (String(x) !== String(y)) return groupFinding(`${what} ${field}`, x, y);
  }
  return undefined;
}

async function compareGroup(pair: KeyPair, what: string, group: Buffer): Promise<Finding | undefined> {
  const consumers = countsPendingAlike(pair) ? await compareConsumers(pair, what, group) : undefined;
  return consumers ?? comparePending(pair, what, group);
}

async function compareConsumers(pair: KeyPair, what: string, group: Buffer): Promise<Finding | undefined> {
  const [source, target] = await Promise.all(
    [pair.source, pair.target].map((side) => side.call('XINFO', 'CONSUMERS', pair.key, group)),
  );
  const a = byName(source!);
  const b = byName(target!);
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const x = Number(a.get(name)?.get('pending') ?? 0);
    const y = Number(b.get(name)?.get('pending') ?? 0);
    if (x !== y)
      return groupFinding(`${what} pending of consumer ${quoted(Buffer.from(name, 'latin1'))}`, x, y);
  }
  return undefined;
}

/** The reply of XINFO GROUPS or CONSUMERS by name; names are kept as latin1, byte for byte. */
function byName(reply: Reply): Named {
  const named = new Map<string, ReadonlyMap<string, Reply>>();
  for (const item of reply as Reply[]) {
    const fields = fieldMap(item);
    named.set((fields.get('name') as Buffer).toString('latin1'), fields);
  }
  return named;
}
