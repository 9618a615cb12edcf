import type { KeyPair } from './deep-values.ts';
import { groupFinding, quoted } from './finding.ts';
import type { Finding } from '../../../shared/model/comparison.ts';
import type { Side } from './side.ts';
import { nextStreamId } from './stream-replies.ts';

type Pending = [id: Buffer, consumer: Buffer, idleMs: number, deliveries: number];

const CHUNK = 1000;

/**
 * Whether both servers treat a pending entry whose message has been deleted in the same way. From 7.0 on a claim forgets it,
 * before it does not, so the same commands leave different ones behind; where the servers differ in that, such entries are
 * left out of the comparison.
 */
export const countsPendingAlike = (pair: KeyPair): boolean =>
  pair.source.abilities.claimForgetsDeleted === pair.target.abilities.claimForgetsDeleted;

/** Compares the pending entries of one group: id, consumer and number of deliveries. */
export async function comparePending(
  pair: KeyPair,
  what: string,
  group: Buffer,
): Promise<Finding | undefined> {
  const source = pendingOf(pair.source, pair.key, group);
  const target = pendingOf(pair.target, pair.key, group);
  let [a, b] = await Promise.all([next(source), next(target)]);
  while (a ?? b) {
    const here = describe(a);
    const there = describe(b);
    if (here === there) {
      [a, b] = await Promise.all([next(source), next(target)]);
      continue;
    }
    const order = a && b ? compareIds(a[0], b[0]) : a ? -1 : 1;
    const first = order > 0 ? b! : a!;
    if (countsPendingAlike(pair) || (await isStored(pair, first[0])))
      return groupFinding(`${what} pending entry`, here, there);
    if (order <= 0) a = await next(source);
    if (order >= 0) b = await next(target);
  }
  return undefined;
}

async function* pendingOf(side: Side, key: Buffer, group: Buffer): AsyncGenerator<Pending, undefined> {
  for (let from = '-'; ;) {
    const chunk = (await side.call('XPENDING', key, group, from, '+', CHUNK)) as Pending[];
    yield* chunk;
    if (chunk.length < CHUNK) return undefined;
    from = nextStreamId(chunk.at(-1)![0].toString());
  }
}

async function next(entries: AsyncGenerator<Pending, undefined>): Promise<Pending | undefined> {
  return (await entries.next()).value;
}

/** Whether the message is still in the stream; its entries were found equal on both sides. */
async function isStored(pair: KeyPair, id: Buffer): Promise<boolean> {
  return ((await pair.source.call('XRANGE', pair.key, id, id)) as unknown[]).length > 0;
}

function compareIds(a: Buffer, b: Buffer): number {
  const [x, y] = [a, b].map((id) => id.toString().split('-').map(BigInt)) as [
    [bigint, bigint],
    [bigint, bigint],
  ];
  if (x[0] !== y[0]) return x[0] < y[0] ? -1 : 1;
  return x[1] === y[1] ? 0 : x[1] < y[1] ? -1 : 1;
}

function describe(entry: Pending | undefined): string {
  return entry ? `${entry[0].toString()} of ${quoted(entry[1])}, delivered ${entry[3]} times` : 'none';
}
