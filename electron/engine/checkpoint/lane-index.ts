import { OWN_PREFIX } from '../commands/own-keys.ts';
import { keySlot, SLOTS } from '../router/key-slot.ts';
import { parseSlotRange, type SlotRange } from '../router/slot-ranges.ts';
import { ALL_SLOTS, SlotSet } from '../router/slot-set.ts';

/** A set of slots of a cluster that is written in order, with one checkpoint of its own. */
export interface Lane {
  /** The hash tag of its checkpoint: a short name in one of its slots. */
  readonly tag: string;
  readonly slots: readonly SlotRange[];
}

/** By what the checkpoint of a lane is called. */
export interface LaneName {
  readonly generation: number;
  readonly tag: string;
}

/** What the checkpoint of a task says of its lanes. */
export interface LaneIndex {
  /** Rises with every other division of the slots. */
  readonly generation: number;
  /**
   * Each slot of the task is in one of them; none before the first division is done. Slots that a part has lost stay in them until they are
   * divided anew.
   */
  readonly lanes: readonly Lane[];
  /** Keys of other generations that may stand, and say nothing. */
  readonly leftOvers: readonly LaneName[];
  /** See LaneRecord.carried; of all lanes together. */
  readonly carried?: SlotSet | undefined;
}

const TAG = /^[0-9a-z]{1,8}$/;

/** Another generation has other keys, so that those of two can stand side by side. */
export const laneKey = (task: string, { generation, tag }: LaneName): string =>
  `${OWN_PREFIX}{${tag}}:lane:${generation}:${task}`;

/** The slot that the checkpoint of a lane lies in. */
export const laneSlot = ({ tag }: Pick<LaneName, 'tag'>): number => keySlot(Buffer.from(tag));

/** The names of the checkpoints that count. */
export const laneNames = ({ generation, lanes }: LaneIndex): LaneName[] =>
  lanes.map(({ tag }) => ({ generation, tag }));

/** The generation after all that an index knows of. */
export const nextGeneration = (index: LaneIndex | undefined): number =>
  Math.max(index?.generation ?? 0, ...(index?.leftOvers ?? []).map(({ generation }) => generation)) + 1;

/** `3 0-99,200=a 100-199,201-16383=b !2=c ~0-5`: the generation, the slots and the tag of each lane, what is left over, what was carried. */
export function formatLaneIndex({ generation, lanes, leftOvers, carried }: LaneIndex): string {
  return [
    generation,
    ...lanes.map(({ tag, slots }) => `${slots.map(formatRange).join(',')}=${tag}`),
    ...leftOvers.map((name) => `!${name.generation}=${name.tag}`),
    ...(carried && carried.size > 0 ? [`~${carried}`] : []),
  ].join(' ');
}

const formatRange = ({ first, last }: SlotRange): string =>
  first === last ? String(first) : `${first}-${last}`;

/** undefined for what is none: a slot in two lanes, one of `slots` in no lane, or a tag outside of its lane. */
export function parseLaneIndex(text: string, slots: SlotSet = ALL_SLOTS): LaneIndex | undefined {
  const [first, ...words] = text.split(' ');
  const generation = generationOf(first ?? '');
  if (generation === undefined) return undefined;
  const lanes: Lane[] = [];
  const leftOvers: LaneName[] = [];
  const covered = new Uint8Array(SLOTS);
  let carried: SlotSet | undefined;
  for (const word of words) {
    if (word.startsWith('~')) {
      carried = SlotSet.parse(word.slice(1));
      if (!carried) return undefined;
      continue;
    }
    const name = leftOverOf(word);
    const lane = name ? undefined : laneOf(word, covered);
    if (name) leftOvers.push(name);
    else if (lane) lanes.push(lane);
    else return undefined;
  }
  if (lanes.length > 0 && !haveAll(lanes, slots)) return undefined;
  return { generation, lanes, leftOvers, ...(carried && { carried }) };
}

/** Whether each of these slots is in one of the lanes. */
export const haveAll = (lanes: readonly Lane[], slots: SlotSet): boolean =>
  SlotSet.of(lanes.flatMap((lane) => lane.slots)).includes(slots);

const generationOf = (text: string): number | undefined =>
  /^\d{1,15}$/.test(text) ? Number(text) : undefined;

function leftOverOf(word: string): LaneName | undefined {
  const [, digits = '', tag = ''] = /^!(\d+)=(.*)$/.exec(word) ?? [];
  const generation = generationOf(digits);
  return generation !== undefined && TAG.test(tag) ? { generation, tag } : undefined;
}

/** Marks its slots in `covered`. */
function laneOf(word: string, covered: Uint8Array): Lane | undefined {
  const [ranges = '', tag = '', more] = word.split('=');
  if (more !== undefined || !TAG.test(tag)) return undefined;
  const slots: SlotRange[] = [];
  for (const text of ranges.split(',')) {
    const range = parseSlotRange(text);
    if (!range) return undefined;
    if (covered.subarray(range.first, range.last + 1).includes(1)) return undefined;
    covered.fill(1, range.first, range.last + 1);
    slots.push(range);
  }
  const own = laneSlot({ tag });
  return slots.some(({ first, last }) => first <= own && own <= last) ? { tag, slots } : undefined;
}
