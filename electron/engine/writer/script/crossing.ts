import type { Redis } from 'ioredis';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { Carries } from '../../commands/crossing.ts';
import type { Words } from '../../commands/command-row.ts';
import { readExpiries } from '../../expiry/walk-commands.ts';
import { printableKey } from '../../protocol/resp/describe-command.ts';
import type { CrossingPlan } from '../../router/crossing-plan.ts';
import { carriesTooMuch, checkCarried } from './carried-bytes.ts';
import { gatheredCommands, keyNeverThere } from './gathered-keys.ts';
import { refusalOf } from './run-in-lane.ts';
import { sortedCommands } from './sorted-keys.ts';

/** A command of the stream, and the database that it is run in. */
export interface PlacedCommand {
  readonly words: Words;
  readonly db: number;
}

/** The same of one across slots. */
export interface PlacedCrossing extends CrossingPlan {
  readonly db: number;
}

/** The lanes of a cluster while all of them stand still. */
export interface StandingLanes {
  /** What a lane stands at, as its node has answered. */
  offsetOf(lane: number): number;
  /**
   * One step of a lane's node: these commands in a database, and the lane stands at `endOffset`; rejects where one fails, or the lane is not
   * where it should be.
   */
  run(lane: number, commands: readonly Words[], endOffset: number, db: number): Promise<void>;
}

/** The same, with a way to ask. */
export interface CrossingGround extends StandingLanes {
  /** How many there are. */
  readonly lanes: number;
  /** A connection for questions to the node that has a slot, in a database. */
  onSlot(slot: number, db: number): Promise<Redis>;
}

/**
 * Does a command across slots: first in the lane of the key that is written, with what was brought from elsewhere, then what it takes
 * away in the lane that it was taken from. Whichever of the two has passed it is left out, so it may be done again after a crash at
 * any point. The lanes that are only read do not move; they may not pass the command before this resolves.
 *
 * @param endOffset of the command
 * @throws LockstepError TARGET_LANES_APART where a lane that is read has passed the command and the one that is written has not
 */
export async function cross(plan: PlacedCrossing, endOffset: number, ground: CrossingGround): Promise<void> {
  const { to, keys, left = [], db } = plan;
  const from = keys.find(({ index }) => index === 1)?.lane ?? to.lane;
  if (ground.offsetOf(to.lane) < endOffset) {
    const passed = keys.find(({ lane }) => ground.offsetOf(lane) >= endOffset);
    if (passed) throw lanesApart(plan, passed.index);
    // Its weights may lie in any of them.
    for (let lane = 0; plan.crossing.kind === 'sorts' && lane < ground.lanes; lane++)
      if (ground.offsetOf(lane) >= endOffset) throw lanesApart(plan, 1);
    await writeThere(plan, from === to.lane ? left : [], endOffset, ground);
  }
  if (left.length > 0 && ground.offsetOf(from) < endOffset) await ground.run(from, left, endOffset, db);
}

/** @param further what is to be done there in the same step */
async function writeThere(
  plan: PlacedCrossing,
  further: readonly Words[],
  endOffset: number,
  ground: CrossingGround,
): Promise<void> {
  const { crossing, to, keys, db, otherDb = db } = plan;
  const onSlot = (slot: number): Promise<Redis> => ground.onSlot(slot, db);
  if (crossing.kind === 'carries') {
    const source = await onSlot(keys.find(({ index }) => index === 1)!.slot);
    const commands = await asked(plan, carriedCommands(plan, crossing, source));
    // Where it moves something both keys are in one database.
    return ground.run(to.lane, [...commands, ...further], endOffset, otherDb);
  }
  if (crossing.kind === 'sorts')
    return ground.run(to.lane, await asked(plan, sortedCommands(plan, onSlot)), endOffset, db);
  const gathered = await asked(plan, gatheredCommands(plan, onSlot));
  try {
    await ground.run(to.lane, gathered.commands, endOffset, db);
  } catch (error) {
    // A command that failed leaves them; if this fails too, the next one that gathers writes over them.
    const redis = await onSlot(to.slot);
    if (gathered.names.length > 0) await redis.unlink(...gathered.names).catch(() => {});
    throw error;
  }
}

const asked = <T>({ name }: CrossingPlan, answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    const tooLarge = error instanceof LockstepError && error.code === 'TARGET_REPLY_TOO_LARGE';
    throw tooLarge ? carriesTooMuch(name) : refusalOf(error);
  });

async function carriedCommands(
  plan: CrossingPlan,
  { element }: Carries,
  source: Redis,
): Promise<readonly Words[]> {
  const { given } = plan;
  const [, from, to] = given as [Buffer, Buffer, Buffer];
  if (element) {
    const [name, ...args] = element.read(given) as [string, ...(string | Buffer)[]];
    const found = (await source.callBuffer(name, ...args)) as Buffer | null;
    return found === null ? [] : [element.put(given, found)];
  }
  const [value, [expiresAtMs = -2]] = await Promise.all([
    source.dumpBuffer(from),
    readExpiries(source, [from]),
  ]);
  // The server says itself what it makes of a key that is not there.
  if (value === null || expiresAtMs === -2)
    return [given.map((word, i) => (i === 1 ? keyNeverThere(plan.to.slot) : word))];
  checkCarried(plan.name, value.length);
  return [
    expiresAtMs < 0
      ? ['RESTORE', to, '0', value, 'REPLACE']
      : ['RESTORE', to, String(expiresAtMs), value, 'REPLACE', 'ABSTTL'],
  ];
}

function lanesApart({ name, given }: CrossingPlan, index: number): LockstepError {
  const key = given[index]!;
  return new LockstepError(
    'TARGET_LANES_APART',
    `${name.toUpperCase()} is to be done again, and its key ${printableKey(key, 0, key.length)} has changed since`,
  );
}
