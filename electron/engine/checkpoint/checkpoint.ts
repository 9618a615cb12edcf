import { OWN_PREFIX, TASKS_PREFIX } from '../commands/own-keys.ts';
import { keySlot } from '../router/key-slot.ts';
import { SlotSet } from '../router/slot-set.ts';
import { slotTag } from '../router/slot-tag.ts';
import { command } from '../protocol/resp/encode.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { EXPIRY_STATES, type ExpiryState } from '../../../shared/model/expiry-machine.ts';
import type { Amounts } from '../../../shared/model/lateness.ts';
import { formatKeptSlots, parseKeptSlots, type KeptSlots } from './kept-slots.ts';
import { taskOf } from './task-parts.ts';
import { formatLaneIndex, parseLaneIndex, type LaneIndex } from './lane-index.ts';

/**
 * Where a task stands, kept on the target beside the data so that both change in one EXEC.
 *
 * - `copying`: a full copy is under way (or broke); it starts again from a new snapshot.
 * - `streaming`: everything up to `offset` of `replid` is applied, and nothing after it.
 * - `complete`: a full copy without a stream has ended.
 */
export type CheckpointState = 'copying' | 'streaming' | 'complete';

export interface Checkpoint {
  readonly state: CheckpointState;
  readonly replid: string;
  readonly offset: number;
  /** The database that is selected in the stream at `offset`, by its number on the target. */
  readonly db: number;
  /**
   * Up to here every command is known to have succeeded; never above `offset`. An EXEC stands although one of its commands
   * failed, so what lies between the two is brought to the source's state before the task goes on.
   */
  readonly verified: number;
  /** The database that is selected in the stream at `verified`. */
  readonly verifiedDb: number;
  /** Rises with every owner; a batch of an older owner does not pass. */
  readonly epoch: number;
  /** A random name of the run that claimed it, which knows its own claim again by it when the answer was lost. */
  readonly owner: string;
  /** A run writes to the target, or was cut off while it did; false once the target was handed over. */
  readonly active: boolean;
  /** Which databases the task takes: `all` or `0,3`, and `3:0` for one that goes into another. */
  readonly databases: string;
  /** The target is a cluster that had several databases at some time: its lanes do not tell which one the stream was in. */
  readonly severalDatabases?: boolean | undefined;
  /** host:port of the source when the task began. */
  readonly source: string;
  /** How late the expiry of the task's keys on the target is. */
  readonly expiry: ExpiryState;
  /** By how much: set when a task leaves `exact`, and kept until everything is exact again, whatever its settings are then. */
  readonly amounts: Amounts;
  /** The source ran nothing behind `offset` before this, by its own clock in Unix ms; 0 when that is not known. */
  readonly sourceAtMs: number;
  /** The target held keys of its own when the task began, listed under `keptKeysKey`, or where `keptSlots` says. */
  readonly kept: boolean;
  /** A full copy has stood here whole since the task began: what the next one takes from it may be missed. */
  readonly copied: boolean;
  /**
   * Set when the target was handed over in order: how many writes it had run by then (control/write-mark.ts), by which a later run
   * knows whether others have written since. Empty while the task writes itself, and after it was cut off.
   */
  readonly handedOver: string;
  /** The names of function libraries that stood on the target before the task and that the source has not brought since. */
  readonly keptLibraries: readonly string[];
  /** Fields of hashes that expire were seen. */
  readonly fieldExpiry: boolean;
  /**
   * When expiry was made exact, by the target's clock, and from when on the target may have lost a key that the source goes
   * on using: 1 for always, 0 for not at all.
   */
  readonly releasedAtMs: number;
  readonly earliestExpiryMs: number;
  /** A task has turned the target's import-mode on, while `expiry` is `imported`. */
  readonly importOurs: boolean;
  /** Keys that the target has evicted since the full copy, as far as its own count was seen … */
  readonly evicted: number;
  /** … which stood at this in the process of this run id. */
  readonly evictionsSeen: number;
  readonly targetRunId: string;
  /** Set when the two sides are known to differ, or a new full copy was asked for; only such a copy clears it. */
  readonly fault: string;
  /** The last request for a new full copy; see TaskSpec.copyAgain. */
  readonly asked?: string | undefined;
  /**
   * On a cluster: what is written in order by itself, each with a checkpoint that says how far it is. `offset` is at or below what all
   * of them had at some time.
   */
  readonly lanes?: LaneIndex | undefined;
  /** On a cluster that held keys of its own: where their names are. */
  readonly keptSlots?: KeptSlots | undefined;
  /** Of a part of a task: the slots that it vouches for, each of which no other part has. undefined where a task takes all. */
  readonly slots?: SlotSet | undefined;
  /** Of them those that have come last. A lane that stands at `offset` or before may have gone back to where it did not have their keys. */
  readonly arrived?: { readonly slots: SlotSet; readonly offset: number } | undefined;
}

/** Everything that was applied is known to have succeeded. */
export const isVerified = ({ offset, verified }: Checkpoint): boolean => verified === offset;

/** The same checkpoint when every reply up to its offset was looked at. */
export const vouchedFor = (checkpoint: Checkpoint): Checkpoint => ({
  ...checkpoint,
  verified: checkpoint.offset,
  verifiedDb: checkpoint.db,
});

/**
 * What a run knows of the checkpoint that it reads: where it has looked at every reply up to the same offset, that offset is
 * verified, although the checkpoint does not say so yet.
 */
export const vouched = (present: Checkpoint, ours: Checkpoint): Checkpoint =>
  present.owner === ours.owner &&
  present.offset === ours.offset &&
  present.replid === ours.replid &&
  isVerified(ours)
    ? vouchedFor(present)
    : present;

/** What a target held before the task. */
export type StandingNames = Pick<Checkpoint, 'kept' | 'keptSlots' | 'keptLibraries'>;

/** What may be noted of expiry beside the stream. */
export type ExpiryNote = Partial<
  Pick<
    Checkpoint,
    'expiry' | 'amounts' | 'releasedAtMs' | 'earliestExpiryMs' | 'active' | 'epoch' | 'importOurs'
  >
>;

/** The task was claimed, and the source has not answered yet: nothing but the claim stands on the target. */
export const isBareClaim = (checkpoint: Checkpoint): boolean =>
  checkpoint.state === 'copying' && checkpoint.replid === '';

/** The database of the target that holds what the tool keeps there. */
export const CHECKPOINT_DB = 0;

export const checkpointKey = (task: string): string => `${TASKS_PREFIX}:checkpoint:${task}`;
/** A set of the names of keys that stood on the target before the task, in each database of its own. All parts of a task have the same. */
export const keptKeysKey = (task: string): string => `${TASKS_PREFIX}:kept:${taskOf(task)}`;

/** The key under which a value that takes several commands is built by a full copy, in the database that it goes to. */
export const buildKey = (task: string): string => `${TASKS_PREFIX}:building:${task}`;

/** The same for a key of a cluster: in its slot. */
export const buildKeyBeside = (task: string, key: Buffer): string =>
  `${OWN_PREFIX}{${slotTag(keySlot(key))}}:building:${task}`;

const FORMAT = '2';
/** With `keptSlots`: a release that does not know them would take the target's own keys for the task's. */
const FORMAT_WITH_SLOTS = '3';
/** With databases that go into others, whatever else it has: such a release would write to other ones. */
const FORMAT_WITH_MAP = '4';
/** Of a part with `kept`, whatever else it has: such a release would look for names of its own, and find none. */
const FORMAT_WITH_NAMES = '5';
/** With several databases of a cluster, whatever else it has: such a release would go on in database 0. */
const FORMAT_WITH_DATABASES = '6';
const FORMATS: readonly string[] = [
  FORMAT,
  FORMAT_WITH_SLOTS,
  FORMAT_WITH_MAP,
  FORMAT_WITH_NAMES,
  FORMAT_WITH_DATABASES,
];

/** The field–value pairs of HMSET, in a fixed order. */
export function checkpointFields(checkpoint: Checkpoint): string[] {
  return [
    'format',
    formatOf(checkpoint),
    'state',
    checkpoint.state,
    'replid',
    checkpoint.replid,
    'offset',
    String(checkpoint.offset),
    'db',
    String(checkpoint.db),
    'verified',
    String(checkpoint.verified),
    'verifiedDb',
    String(checkpoint.verifiedDb),
    'owner',
    checkpoint.owner,
    'databases',
    checkpoint.databases,
    'source',
    checkpoint.source,
    ...expiryFields(checkpoint),
    'sourceAt',
    String(checkpoint.sourceAtMs),
    'kept',
    checkpoint.kept ? '1' : '0',
    'keptSlots',
    checkpoint.keptSlots ? formatKeptSlots(checkpoint.keptSlots) : '',
    'copied',
    checkpoint.copied ? '1' : '0',
    'handedOver',
    checkpoint.handedOver,
    'keptLibraries',
    checkpoint.keptLibraries.join(','),
    'fieldExpiry',
    checkpoint.fieldExpiry ? '1' : '0',
    'evicted',
    String(checkpoint.evicted),
    'evictionsSeen',
    String(checkpoint.evictionsSeen),
    'targetRunId',
    checkpoint.targetRunId,
    'fault',
    checkpoint.fault,
    'asked',
    checkpoint.asked ?? '',
    'lanes',
    checkpoint.lanes ? formatLaneIndex(checkpoint.lanes) : '',
    'slots',
    checkpoint.slots?.toString() ?? '',
    'arrived',
    checkpoint.arrived ? `${checkpoint.arrived.offset} ${checkpoint.arrived.slots}` : '',
  ];
}

/** The field–value pairs of what is noted of expiry. */
export function expiryFields({
  expiry,
  amounts,
  releasedAtMs,
  earliestExpiryMs,
  active,
  epoch,
  importOurs,
}: ExpiryNote): string[] {
  return [
    ...(epoch === undefined ? [] : ['epoch', String(epoch)]),
    ...(importOurs === undefined ? [] : ['importOurs', importOurs ? '1' : '0']),
    ...(active === undefined ? [] : ['active', active ? '1' : '0']),
    ...(expiry === undefined ? [] : ['expiry', expiry]),
    ...(amounts === undefined ? [] : ['small', String(amounts.smallMs), 'long', String(amounts.longMs)]),
    ...(releasedAtMs === undefined ? [] : ['releasedAt', String(releasedAtMs)]),
    ...(earliestExpiryMs === undefined ? [] : ['earliestExpiry', String(earliestExpiryMs)]),
  ];
}

function formatOf({ databases, severalDatabases, slots, kept, keptSlots }: Checkpoint): string {
  if (severalDatabases) return FORMAT_WITH_DATABASES;
  if (slots && kept) return FORMAT_WITH_NAMES;
  return databases.includes(':') ? FORMAT_WITH_MAP : keptSlots ? FORMAT_WITH_SLOTS : FORMAT;
}

/** HMSET, since HSET takes several fields only from 4.0 on. */
export function encodeCheckpoint(task: string, checkpoint: Checkpoint): Buffer {
  return command('HMSET', checkpointKey(task), ...checkpointFields(checkpoint));
}

/**
 * Reads what HGETALL returned. undefined when there is none.
 * @throws LockstepError TASK_MISMATCH when it was written by a newer release or is damaged
 */
export function parseCheckpoint(hash: Readonly<Record<string, string>>): Checkpoint | undefined {
  const fields = Object.keys(hash);
  // An owner and an epoch alone are what is left where a checkpoint was removed while its owner was deposed.
  if (fields.every((field) => field === 'owner' || field === 'epoch')) return undefined;
  if (!FORMATS.includes(hash['format'] ?? ''))
    throw unreadable(`has format ${hash['format'] ?? 'none'}, which this release cannot read`);
  const state = hash['state'];
  if (state !== 'copying' && state !== 'streaming' && state !== 'complete')
    throw unreadable(`is damaged: its state is "${state ?? ''}"`);
  // Going on from elsewhere than where it stood would silently lose or repeat part of the stream.
  if (state === 'streaming' && !/^[0-9a-f]{40}$/i.test(hash['replid'] ?? ''))
    throw unreadable('is damaged: its replid is none');
  const active = hash['active'];
  if (active !== '0' && active !== '1') throw unreadable(`is damaged: its active is "${active ?? ''}"`);
  const number = (field: string): number => {
    const text = hash[field] ?? '';
    const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (!Number.isSafeInteger(value)) throw unreadable(`is damaged: its ${field} is "${text.slice(0, 40)}"`);
    return value;
  };
  const [offset, verified] = [number('offset'), number('verified')];
  if (verified > offset)
    throw unreadable(`is damaged: it vouches for ${verified}, beyond its offset ${offset}`);
  const expiry = EXPIRY_STATES.find((one) => one === hash['expiry']);
  if (!expiry) throw unreadable(`is damaged: its expiry is "${(hash['expiry'] ?? '').slice(0, 40)}"`);
  const slotText = hash['slots'] ?? '';
  const slots = slotText === '' ? undefined : SlotSet.parse(slotText);
  if (slotText !== '' && !slots) throw unreadable(`is damaged: its slots are "${slotText.slice(0, 40)}"`);
  const keptText = hash['keptSlots'] ?? '';
  const keptSlots = keptText === '' ? undefined : parseKeptSlots(keptText);
  if (keptText !== '' && !keptSlots)
    throw unreadable(`is damaged: the slots of kept names are "${keptText.slice(0, 40)}"`);
  const laneText = hash['lanes'] ?? '';
  // The claim for a copy brings slots that come to a part; its lanes are divided after that.
  const inLanes = slots && state === 'copying' ? SlotSet.of([]) : slots;
  const lanes = laneText === '' ? undefined : parseLaneIndex(laneText, inLanes);
  if (laneText !== '' && !lanes) throw unreadable(`is damaged: its lanes are "${laneText.slice(0, 40)}"`);
  return {
    state,
    replid: hash['replid'] ?? '',
    offset,
    db: number('db'),
    verified,
    verifiedDb: number('verifiedDb'),
    epoch: number('epoch'),
    owner: hash['owner'] ?? '',
    active: active === '1',
    databases: hash['databases'] ?? 'all',
    ...(hash['format'] === FORMAT_WITH_DATABASES && { severalDatabases: true }),
    source: hash['source'] ?? '',
    expiry,
    amounts: { smallMs: number('small'), longMs: number('long') },
    sourceAtMs: number('sourceAt'),
    kept: hash['kept'] === '1',
    keptSlots,
    copied: hash['copied'] === '1',
    handedOver: hash['handedOver'] ?? '',
    keptLibraries: (hash['keptLibraries'] ?? '').split(',').filter((name) => name !== ''),
    fieldExpiry: hash['fieldExpiry'] === '1',
    releasedAtMs: number('releasedAt'),
    earliestExpiryMs: number('earliestExpiry'),
    importOurs: hash['importOurs'] === '1',
    evicted: number('evicted'),
    evictionsSeen: number('evictionsSeen'),
    targetRunId: hash['targetRunId'] ?? '',
    fault: hash['fault'] ?? '',
    asked: hash['asked'] || undefined,
    lanes,
    slots,
    arrived: parseArrived(hash['arrived'] ?? ''),
  };
}

/** @throws LockstepError TASK_MISMATCH */
function parseArrived(text: string): Checkpoint['arrived'] {
  if (text === '') return undefined;
  const [, offset = '', slotText = ''] = /^(\d{1,16}) (.+)$/.exec(text) ?? [];
  const slots = SlotSet.parse(slotText);
  if (!slots || !Number.isSafeInteger(Number(offset)))
    throw unreadable(`is damaged: what has arrived is "${text.slice(0, 40)}"`);
  return { slots, offset: Number(offset) };
}

function unreadable(what: string): LockstepError {
  return new LockstepError('TASK_MISMATCH', `the checkpoint ${what}`);
}
