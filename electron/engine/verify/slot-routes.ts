import { keySlot } from '../router/key-slot.ts';
import { sleep } from '../world/clock.ts';
import type { ComparedSide } from './compared-side.ts';
import { keyCommand, PageRequest } from './page-reader.ts';
import { SlotMoved, type Side } from './side.ts';

/** Keys that the same two servers have to be asked for. */
interface Group {
  readonly source: Side;
  readonly target: Side;
  readonly keys: Buffer[];
}

/** What is done with the keys of one group; `groups` is how many there are at the same time. */
export type GroupWork<T> = (
  source: Side,
  target: Side,
  keys: readonly Buffer[],
  groups: number,
) => Promise<T>;

/** How often keys of a slot under way are tried, in the time that a slot takes to change hands. */
const MOST_ATTEMPTS = 40;
const ATTEMPT_PAUSE_MS = 50;

const EXISTS = keyCommand('EXISTS', undefined);

/**
 * Which server of each side is asked for a key, and which slots did not stand still. A slot of which a server says that it has moved
 * is left, and noted as `restless`; such slots are walked once more with care, when keys that are on neither end for a moment are tried again.
 */
export class SlotRoutes {
  readonly source: ComparedSide;
  readonly target: ComparedSide;
  /** Neither side is a cluster: every key has the same way. */
  readonly single: boolean;
  /** Keys are counted by their slots. */
  readonly divided: boolean;
  /** Slots that are to be walked, or walked again. */
  restless: Set<number>;

  /** `bySlot`: keys are counted by their slots even where no side is a cluster. */
  constructor(source: ComparedSide, target: ComparedSide, bySlot = false) {
    this.source = source;
    this.target = target;
    this.single = !source.isCluster && !target.isCluster;
    this.divided = bySlot || !this.single;
    this.restless = new Set([...source.movingSlots(), ...target.movingSlots()]);
  }

  slotOf(key: Buffer): number {
    return this.divided ? keySlot(key) : 0;
  }

  /** Gives the keys to `work` by the servers that have them, and what it says of each group to `take`. */
  async each<T>(
    keys: readonly Buffer[],
    careful: boolean,
    work: GroupWork<T>,
    take: (result: T, keys: readonly Buffer[]) => void,
  ): Promise<void> {
    const { source, target } = this;
    if (this.single) {
      take(await work(source.ownerOf(0), target.ownerOf(0), keys, 1), keys);
      return;
    }
    let left = keys;
    for (let attempt = 1; left.length > 0; attempt++) {
      if (attempt > MOST_ATTEMPTS) {
        for (const key of left) this.restless.add(keySlot(key));
        return;
      }
      const again = await this.attempt(left, careful, work, take);
      left = careful ? again : again.filter((key) => !this.restless.has(keySlot(key)));
      if (left.length > 0 && careful) await sleep(source.clock, ATTEMPT_PAUSE_MS);
    }
  }

  /** Notes the slots that have changed hands, or began or ended to be under way, since it was looked at last. */
  async look(): Promise<void> {
    if (this.single) return;
    for (const changed of await Promise.all([this.source.refresh(), this.target.refresh()]))
      for (const slot of changed) this.restless.add(slot);
  }

  /** @returns the keys that have to be tried again */
  private async attempt<T>(
    keys: readonly Buffer[],
    careful: boolean,
    work: GroupWork<T>,
    take: (result: T, keys: readonly Buffer[]) => void,
  ): Promise<readonly Buffer[]> {
    let groups: readonly Group[];
    try {
      groups = await this.divide(keys, careful);
    } catch (error) {
      await this.noteMove(error);
      return keys;
    }
    const again: Buffer[] = [];
    await Promise.all(
      groups.map(async (group) => {
        try {
          take(await work(group.source, group.target, group.keys, groups.length), group.keys);
        } catch (error) {
          await this.noteMove(error);
          again.push(...group.keys);
        }
      }),
    );
    return again;
  }

  /** Throws whatever is not about a slot that has moved. */
  private async noteMove(error: unknown): Promise<void> {
    if (!(error instanceof SlotMoved)) throw error;
    this.restless.add(error.slot);
    const side = error.side === 'source' ? this.source : this.target;
    for (const slot of await side.refresh()) this.restless.add(slot);
  }

  private async divide(keys: readonly Buffer[], careful: boolean): Promise<readonly Group[]> {
    const [sources, targets] = await Promise.all(
      [this.source, this.target].map((side) => serversOf(side, keys, careful)),
    );
    const groups = new Map<Side, Map<Side, Group>>();
    keys.forEach((key, i) => {
      const source = sources![i]!;
      const target = targets![i]!;
      let bySource = groups.get(source);
      if (!bySource) groups.set(source, (bySource = new Map()));
      const group = bySource.get(target);
      if (group) group.keys.push(key);
      else bySource.set(target, { source, target, keys: [key] });
    });
    return [...groups.values()].flatMap((bySource) => [...bySource.values()]);
  }
}

/** The server to ask for each key. With care, keys of a slot under way are looked for at its end that has them, as a client would. */
async function serversOf(side: ComparedSide, keys: readonly Buffer[], careful: boolean): Promise<Side[]> {
  const owners = keys.map((key) => side.ownerOf(side.isCluster ? keySlot(key) : 0));
  if (!careful || !side.isCluster) return owners;
  const moving = new Map<Side, number[]>();
  keys.forEach((key, i) => {
    const move = side.moveOf(keySlot(key));
    if (!move) return;
    const asked = moving.get(owners[i]!);
    if (asked) asked.push(i);
    else moving.set(owners[i]!, [i]);
  });
  for (const [owner, indexes] of moving) {
    const request = new PageRequest();
    for (const i of indexes) request.add(EXISTS, keys[i]!);
    const replies = await owner.read(request);
    indexes.forEach((i, n) => {
      const reply = replies[n];
      if (!(reply instanceof Error)) return;
      const move = side.moveOf(keySlot(keys[i]!));
      if (!move || !/^ASK /.test(reply.message)) throw owner.coded(reply);
      owners[i] = move.to.asking();
    });
  }
  return owners;
}
