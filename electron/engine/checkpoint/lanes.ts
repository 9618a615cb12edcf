import type { ExpiryState } from '../../../shared/model/expiry-machine.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { slotsMoved, onChange } from '../control/cluster-change.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { eachAtOnce } from '../control/each-at-once.ts';
import { describeSlots } from '../router/slot-ranges.ts';
import { ALL_SLOTS, SlotSet } from '../router/slot-set.ts';
import { amendCheckpoint, missing, readCheckpoint, stillOurs } from './claim.ts';
import type { Checkpoint } from './checkpoint.ts';
import {
  laneKey,
  laneNames,
  nextGeneration,
  type Lane,
  type LaneIndex,
  type LaneName,
} from './lane-index.ts';
import {
  divide,
  lanesOf,
  restricted,
  sameLanes,
  type LanePosition,
  type Mending,
  type PlacedLane,
} from './lane-plan.ts';
import { LaneProcesses, type Lying } from './lane-process.ts';
import { LaneRecords, mendingText, type LaneNote } from './lane-records.ts';
import { settle } from './settle.ts';

const AT_ONCE = 16;
const NO_SLOTS = SlotSet.of([]);
/** An older owner has gone before that. */
const MOST_FENCINGS = 5;

/** What lanes are worked on with. */
export interface LaneGround {
  /** As they were found a moment ago: with every slot at one owner, unless it is only read. */
  readonly nodes: SlotNodes;
  readonly task: string;
  /** The checkpoint of the task, which this run owns; it lies on the home node. */
  readonly checkpoint: Checkpoint;
}

/** Lanes that take the batches of this run alone, by the owner and the epoch of its checkpoint. */
export interface OwnedLanes {
  readonly checkpoint: Checkpoint;
  readonly lanes: readonly PlacedLane[];
}

/** Why a cluster with a torn lane is copied to anew. */
export const TORN = 'a node of the target went back to an earlier state while slots were moved away from it';

/** The same of one of which a lane has no checkpoint any more: a node came back empty, or somebody removed it. */
export const LANE_GONE = 'a node of the target no longer holds how far it is';

/** Slots that no lane of a part has, and the position from which on they are to be in one. */
export interface PlacedSlots extends LanePosition {
  readonly slots: SlotSet;
}

export interface FencedLanes extends OwnedLanes {
  /** Parts of a lane lie on several nodes, and the one that had all of it may have gone back since: only a new copy is exact. */
  readonly torn: boolean;
  /** One has no checkpoint any more, which comes to the same. */
  readonly gone: boolean;
  /** What holds of the keys of each, as far as it says so. */
  readonly told: readonly ExpiryState[];
}

/**
 * Divides the task's slots of a cluster into one lane a primary, all at one position, in the place of the lanes that the task had.
 * `carried`: see LaneRecord.
 * @throws LockstepError TARGET_TAKEN_OVER, TARGET_SLOTS_MOVED
 */
export async function createLanes(
  ground: LaneGround,
  position: LanePosition,
  carried = NO_SLOTS,
): Promise<OwnedLanes> {
  refuseUnsettled(ground.nodes);
  const lanes = lanesOf(ground.nodes.topology, slotsOf(ground)).map((lane) => ({
    lane,
    ...position,
  }));
  return replaceLanes(ground, lanes, async () => {}, carried);
}

/**
 * Where each lane of a task is, whoever owns it; of a part those that still have slots of it.
 * @throws LockstepError CHECKPOINT_MISSING when one has no checkpoint any more
 */
export async function readLanes(ground: LaneGround): Promise<PlacedLane[]> {
  const { nodes, task, checkpoint } = ground;
  const records = new LaneRecords(nodes, task);
  const index = indexOf(checkpoint);
  const lanes = index.lanes.map((lane) => restricted(lane, slotsOf(ground))).filter(hasSlots);
  return ofEach({ ...index, lanes }, async (lane, name) => {
    const record = await records.read(name);
    if (!record) throw laneMissing(task, name);
    const { offset, replid, late, mending } = record;
    return { lane, offset, replid, ...(late && { late }), ...(mending && { mending }) };
  });
}

/**
 * Makes this run the only one whose batches pass, and says where each lane stands from then on; of a part those that still have slots of
 * it. The checkpoint gets another epoch each time, by which a node is known that has gone back to before it.
 * @throws LockstepError TARGET_TAKEN_OVER when the task is another run's
 */
export async function fenceLanes(ground: LaneGround): Promise<FencedLanes> {
  const { nodes, task, checkpoint: ours } = ground;
  const records = new LaneRecords(nodes, task);
  let checkpoint = ours;
  let highest = 0;
  for (let attempt = 0; attempt < MOST_FENCINGS; attempt++) {
    // A home that lost its last writes may have epochs below those of the lanes; whose the task is, it says all the same.
    checkpoint = await amend({ nodes, task, checkpoint }, (present) => ({
      ...present,
      epoch: Math.max(present.epoch, highest) + 1,
    }));
    const owner = checkpoint;
    const processes = await LaneProcesses.look(nodes);
    let refused = false;
    let torn = false;
    let gone = false;
    const told = new Set<ExpiryState>();
    let carried = NO_SLOTS;
    const lanes = await ofEach(indexOf(checkpoint), async (whole, name) => {
      // An earlier run may have written to slots that went: its batches do not pass any more either.
      const lane = restricted(whole, slotsOf(ground));
      const before = await records.read(name);
      const lies = processes.lyingOf(lane, before?.process ?? '');
      const own = SlotSet.of(lane.slots);
      const carriedHere = processes
        .carriedOf(lane, before?.process ?? '')
        .or((before?.carried ?? NO_SLOTS).and(own));
      const note = { process: processes.recordOf(lane), carried: carriedHere };
      const fencing = await records.fence(name, owner, lies === 'whole' ? note : {});
      if (fencing.kind === 'missing') {
        if (hasSlots(lane)) gone = true;
        return { lane, offset: 0, replid: '' };
      }
      if (fencing.kind === 'fenced') {
        carried = carried.or(carriedHere);
        if (lies === 'torn') torn = true;
        if (fencing.expiry && hasSlots(lane)) told.add(fencing.expiry);
        return { lane, ...fencing.position };
      }
      refused = true;
      highest = Math.max(highest, fencing.epoch);
      return { lane, offset: 0, replid: '' };
    });
    if (refused) continue;
    // That of the home says it for those who only read the task's own checkpoint.
    if (!carried.equals(checkpoint.lanes?.carried ?? NO_SLOTS))
      checkpoint = await note(
        { nodes, task, checkpoint },
        { ...indexOf(checkpoint), carried: orNone(carried) },
      );
    return { checkpoint, lanes: lanes.filter(({ lane }) => hasSlots(lane)), torn, gone, told: [...told] };
  }
  throw new LockstepError('TARGET_TAKEN_OVER', 'another run takes the lanes of this task again and again');
}

/**
 * Divides a cluster anew, after slots were moved, a part has lost some, or lanes have come to the same position; they are to be fenced, and
 * nothing is under way. Broken off anywhere, either the old lanes count or the new ones, and the next time removes what is left of the others.
 * `come`: slots that the part is to have from there on.
 * @throws LockstepError TARGET_TAKEN_OVER; TARGET_SLOTS_MOVED when slots are under way or the lanes are not as they were fenced
 */
export async function relane(
  ground: LaneGround,
  fenced: readonly PlacedLane[],
  come?: PlacedSlots,
): Promise<OwnedLanes> {
  const { nodes, checkpoint } = ground;
  refuseUnsettled(nodes);
  const { lanes } = indexOf(checkpoint);
  const added = come ? [{ ...come, lane: { tag: '', slots: come.slots.ranges } }] : [];
  const next = divide([...fenced, ...added], nodes.topology);
  // An earlier run may have left lanes with slots that were to come, at places of their own.
  const asTheyAre = !come && sameLanes(lanes, lanesIn(next));
  if (asTheyAre) {
    await noteMoved(ground, fenced);
    return { checkpoint: await clearLeftOvers(ground), lanes: fenced };
  }
  // A node that has lost the fence has lost what a lane applied before it as well, and stands at another offset than was read.
  const asFenced = async (): Promise<void> => {
    const processes = await LaneProcesses.look(nodes);
    await eachAtOnce(
      fenced,
      AT_ONCE,
      async (placed) => void (await lyingAsFenced(ground, placed, processes)),
    );
  };
  return replaceLanes(ground, next, asFenced, carriedIn(checkpoint));
}

/** @throws LockstepError TARGET_SLOTS_MOVED, TARGET_TAKEN_OVER where it is not as it was fenced, or a node has gone back that has, or had, any of it */
async function lyingAsFenced(
  ground: LaneGround,
  { lane, offset }: PlacedLane,
  processes: LaneProcesses,
): Promise<Lying> {
  const { nodes, task, checkpoint } = ground;
  const { generation } = indexOf(checkpoint);
  const record = await new LaneRecords(nodes, task).read({
    generation,
    tag: lane.tag,
  });
  const { owner, epoch } = checkpoint;
  if (record?.owner !== owner || record.epoch !== epoch || record.offset !== offset)
    throw await notAsLeft(ground, lane.tag);
  const lying = processes.lyingOf(lane, record.process);
  if (lying === 'torn') throw slotsMoved('a node that slots were moved from or to was replaced meanwhile');
  return lying;
}

/** Lanes that have moved as a whole lie where they are from here on. */
async function noteMoved(ground: LaneGround, fenced: readonly PlacedLane[]): Promise<void> {
  const { nodes, task, checkpoint } = ground;
  const { generation } = indexOf(checkpoint);
  const processes = await LaneProcesses.look(nodes);
  const records = new LaneRecords(nodes, task);
  await eachAtOnce(fenced, AT_ONCE, async (placed) => {
    if ((await lyingAsFenced(ground, placed, processes)) === 'whole') return;
    const { tag } = placed.lane;
    const process = processes.recordOf(placed.lane);
    const carried = carriedIn(checkpoint, placed.lane);
    if (!(await records.place({ generation, tag }, checkpoint, { process, carried })))
      throw await notAsLeft(ground, tag);
  });
}

/** Notes something in every lane; they are fenced. @throws LockstepError TARGET_TAKEN_OVER, TARGET_SLOTS_MOVED */
export async function noteInLanes(ground: LaneGround, what: LaneNote): Promise<void> {
  const { nodes, task, checkpoint } = ground;
  const records = new LaneRecords(nodes, task);
  await ofEach(indexOf(checkpoint), async ({ tag }, name) => {
    if (!(await records.place(name, checkpoint, what))) throw await notAsLeft(ground, tag);
  });
}

/** Notes in every lane where a mending begins in it: where it stands, or, of one that goes on, `from`. @throws LockstepError */
export async function noteMending(
  ground: LaneGround,
  lanes: readonly PlacedLane[],
  of: Mending['of'],
  from: number | undefined,
): Promise<void> {
  const records = new LaneRecords(ground.nodes, ground.task);
  const { generation } = indexOf(ground.checkpoint);
  await eachAtOnce(lanes, AT_ONCE, async ({ lane: { tag }, offset }) => {
    const mending = mendingText({ of, offset: from ?? offset });
    if (!(await records.place({ generation, tag }, ground.checkpoint, { mending })))
      throw await notAsLeft(ground, tag);
  });
}

/** No time bears a mark any more that it did not get where it is. @throws LockstepError TARGET_TAKEN_OVER, TARGET_SLOTS_MOVED */
export async function forgetCarried(ground: LaneGround): Promise<Checkpoint> {
  const index = indexOf(ground.checkpoint);
  if (!index.carried) return ground.checkpoint;
  await noteInLanes(ground, { carried: NO_SLOTS });
  return note(ground, { ...index, carried: undefined });
}

/** Leaves a task without lanes. @throws LockstepError */
export async function removeLanes(ground: LaneGround): Promise<Checkpoint> {
  const index = ground.checkpoint.lanes;
  if (!index) return ground.checkpoint;
  const leftOvers = [...laneNames(index), ...index.leftOvers];
  const { generation } = index;
  const checkpoint = await note(ground, { generation, lanes: [], leftOvers });
  return clearLeftOvers({ ...ground, checkpoint });
}

/** New keys first, then the index in one step, then the old keys go; every key that may stand is named in the index meanwhile. */
async function replaceLanes(
  ground: LaneGround,
  next: readonly PlacedLane[],
  mayGoOn: () => Promise<void>,
  carried: SlotSet,
): Promise<OwnedLanes> {
  const { nodes, task } = ground;
  const records = new LaneRecords(nodes, task);
  const before = ground.checkpoint.lanes;
  const generation = nextGeneration(before);
  const old = before ? [...laneNames(before), ...before.leftOvers] : [];
  const index: LaneIndex = { generation, lanes: lanesIn(next), leftOvers: old, carried: orNone(carried) };
  let checkpoint = await note(ground, {
    generation: before?.generation ?? 0,
    lanes: before?.lanes ?? [],
    leftOvers: [...(before?.leftOvers ?? []), ...laneNames(index)],
    carried: before?.carried,
  });
  const { owner, epoch, expiry } = checkpoint;
  const processes = await LaneProcesses.look(nodes);
  await eachAtOnce(next, AT_ONCE, async ({ lane, offset, replid }) => {
    const { tag } = lane;
    const process = processes.recordOf(lane);
    const own = { carried: carried.and(SlotSet.of(lane.slots)), process, expiry };
    if (!(await records.write({ generation, tag }, { owner, epoch, offset, replid, ...own })))
      throw await notAsLeft(ground, tag);
  });
  await settle(nodes, lanesIn(next));
  await mayGoOn();
  checkpoint = await note({ ...ground, checkpoint }, index);
  await settle(nodes, 'home');
  checkpoint = await clearLeftOvers({ ...ground, checkpoint });
  return { checkpoint, lanes: next };
}

/** Why a lane is not as this run has left it: another run has taken the task over, or a node went back to an earlier state. */
async function notAsLeft({ nodes, task, checkpoint }: LaneGround, tag: string): Promise<LockstepError> {
  stillOurs(await onChange(async () => readCheckpoint(await nodes.home(), task)), checkpoint);
  return slotsMoved(`the lane ${tag} is not as this run has left it`);
}

async function clearLeftOvers(ground: LaneGround): Promise<Checkpoint> {
  const index = ground.checkpoint.lanes;
  if (!index || (index.leftOvers.length === 0 && index.lanes.length > 0)) return ground.checkpoint;
  const records = new LaneRecords(ground.nodes, ground.task);
  await eachAtOnce(index.leftOvers, AT_ONCE, (name) => records.remove(name));
  return note(ground, index.lanes.length === 0 ? undefined : { ...index, leftOvers: [] });
}

const note = (ground: LaneGround, lanes: LaneIndex | undefined): Promise<Checkpoint> =>
  amend(ground, (present) => ({ ...present, lanes }));

const amend = (
  { nodes, task, checkpoint }: LaneGround,
  change: (present: Checkpoint) => Checkpoint,
): Promise<Checkpoint> => onChange(async () => amendCheckpoint(await nodes.home(), task, checkpoint, change));

async function ofEach<T>(
  index: LaneIndex,
  work: (lane: LaneIndex['lanes'][number], name: LaneName) => Promise<T>,
): Promise<T[]> {
  const results = new Array<T>(index.lanes.length);
  await eachAtOnce([...index.lanes.entries()], AT_ONCE, async ([i, lane]) => {
    results[i] = await work(lane, {
      generation: index.generation,
      tag: lane.tag,
    });
  });
  return results;
}

const orNone = (slots: SlotSet): SlotSet | undefined => (slots.size > 0 ? slots : undefined);

/** Of a lane, or of all. */
const carriedIn = ({ lanes }: Checkpoint, lane?: Lane): SlotSet => {
  const carried = lanes?.carried ?? NO_SLOTS;
  return lane ? carried.and(SlotSet.of(lane.slots)) : carried;
};

/** Which slots may have been carried from node to node since the lanes were made. @throws LockstepError */
export async function carriedSince({ nodes, task, checkpoint }: LaneGround): Promise<SlotSet> {
  const processes = await LaneProcesses.look(nodes);
  const records = new LaneRecords(nodes, task);
  const all = await ofEach(indexOf(checkpoint), async (lane, name) =>
    processes.carriedOf(lane, (await records.read(name))?.process ?? ''),
  );
  return all.reduce((sum, some) => sum.or(some), NO_SLOTS);
}

const slotsOf = ({ checkpoint }: Pick<LaneGround, 'checkpoint'>): SlotSet => checkpoint.slots ?? ALL_SLOTS;

const lanesIn = (placed: readonly PlacedLane[]): Lane[] => placed.map(({ lane }) => lane);

const hasSlots = ({ slots }: Pick<Lane, 'slots'>): boolean => slots.length > 0;

/** @throws LockstepError CHECKPOINT_MISSING */
function indexOf({ lanes }: Checkpoint): LaneIndex {
  if (!lanes || lanes.lanes.length === 0) throw missing();
  return lanes;
}

const laneMissing = (task: string, name: LaneName): LockstepError =>
  new LockstepError('CHECKPOINT_MISSING', `${laneKey(task, name)} was removed from the target`);

/** @throws LockstepError TARGET_CLUSTER_DOWN, TARGET_SLOTS_MOVED */
export function refuseUnsettled({ topology: { uncovered, moves } }: SlotNodes): void {
  if (uncovered.length > 0)
    throw new LockstepError('TARGET_CLUSTER_DOWN', `no node has the slots ${describeSlots(uncovered)}`);
  if (moves.length > 0) throw slotsMoved(`slot ${moves[0]!.slot} is under way from one node to another`);
}
