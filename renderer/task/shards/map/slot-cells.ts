import {
  countOfSlots,
  SLOT_COUNT,
  slotRanges,
  type SlotRange,
} from '../../../../shared/model/slot-ranges.ts';

/** Cells of a row, and rows. */
export const SIDE = 128;
const NOBODY = -1;

/** A shard of the source, or a node of the target, as the map shows it. */
export interface MappedShard {
  readonly part: number;
  /** `Shard 2` */
  readonly name: string;
  readonly slots: string;
  readonly at: string;
}

/** Whose each slot is, as a plain value. */
export interface SlotCells {
  /** The shard of a slot; undefined where no part of the task brings it. */
  ownerOf(slot: number): MappedShard | undefined;
  /** The outline of a shard's cells, in units of a cell; `undefined` is for those of nobody. */
  outlineOf(shard: MappedShard | undefined): string;
  readonly unbrought: readonly SlotRange[];
}

export function slotCells(shards: readonly MappedShard[]): SlotCells {
  const owners = new Int16Array(SLOT_COUNT).fill(NOBODY);
  for (const [index, { slots }] of shards.entries())
    for (const { first, last } of slotRanges(slots)) owners.fill(index, first, last + 1);
  return {
    ownerOf: (slot) => shards[owners[slot] ?? NOBODY],
    outlineOf: (shard) => outline(owners, shard ? shards.indexOf(shard) : NOBODY),
    unbrought: runsOf(owners, NOBODY, SLOT_COUNT),
  };
}

/** The outline of some slots. */
export function outlineOfRanges(ranges: readonly SlotRange[]): string {
  const held = new Int16Array(SLOT_COUNT);
  for (const { first, last } of ranges) held.fill(1, first, last + 1);
  return outline(held, 1);
}

/** A rectangle for each run of cells in a row. */
const outline = (owners: Int16Array, owner: number): string =>
  runsOf(owners, owner, SIDE)
    .map((run) => {
      const cells = countOfSlots([run]);
      return `M${run.first % SIDE} ${Math.floor(run.first / SIDE)}h${cells}v1h-${cells}z`;
    })
    .join('');

/** Runs of slots of one owner, none of which goes on beyond a multiple of `length`. */
function runsOf(owners: Int16Array, owner: number, length: number): SlotRange[] {
  const runs: SlotRange[] = [];
  let first = NOBODY;
  for (let slot = 0; slot <= SLOT_COUNT; slot++) {
    const inside = owners[slot] === owner;
    if (first !== NOBODY && (!inside || slot % length === 0)) {
      runs.push({ first, last: slot - 1 });
      first = NOBODY;
    }
    if (inside && first === NOBODY) first = slot;
  }
  return runs;
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -SIDE,
  ArrowDown: SIDE,
  PageUp: -8 * SIDE,
  PageDown: 8 * SIDE,
  Home: -SLOT_COUNT,
  End: SLOT_COUNT,
};

/** Where a key leads from a slot; undefined for one that leads nowhere. */
export function slotAfterKey(key: string, slot: number): number | undefined {
  const step = STEPS[key];
  return step === undefined ? undefined : Math.min(SLOT_COUNT - 1, Math.max(0, slot + step));
}

/** The slot at a place of the map; `x` and `y` from 0 to 1. */
export function slotAt(x: number, y: number): number {
  const cell = (part: number): number => Math.min(SIDE - 1, Math.max(0, Math.floor(part * SIDE)));
  return cell(y) * SIDE + cell(x);
}
