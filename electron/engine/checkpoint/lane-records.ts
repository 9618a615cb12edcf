import type { Redis } from 'ioredis';
import { EXPIRY_STATES, type ExpiryState } from '../../../shared/model/expiry-machine.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { onChange } from '../control/cluster-change.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { SlotSet } from '../router/slot-set.ts';
import type { Checkpoint } from './checkpoint.ts';
import { laneKey, laneSlot, type LaneName } from './lane-index.ts';
import type { LanePosition, Mending } from './lane-plan.ts';
import type { LaneProcess } from './lane-process.ts';

/** Whose batches a lane takes: of another owner or epoch none. */
export type LaneOwner = Pick<Checkpoint, 'owner' | 'epoch'>;

/** The checkpoint of a lane: a hash of these fields. */
export interface LaneRecord extends LaneOwner, LanePosition {
  readonly process: LaneProcess;
  /**
   * What holds of the keys of its slots, noted in the step that begins it: so it goes back together with them. That of the task's own
   * checkpoint goes back alone. undefined where nobody has said it.
   */
  readonly expiry: ExpiryState | undefined;
  /**
   * Slots of it whose keys may have been carried from another node since their times were written. MIGRATE hands on what remains of a time
   * (`Redis cluster.c: migrateCommand`), so it arrives beside its mark, which says nothing any more or, by chance, something else.
   */
  readonly carried: SlotSet;
}

export type Fencing =
  | ({ readonly kind: 'fenced'; readonly position: LanePosition } & Pick<
      LaneRecord,
      'process' | 'expiry' | 'carried'
    >)
  /** Another owner has it by an epoch that is not below ours. */
  | { readonly kind: 'refused'; readonly epoch: number }
  | { readonly kind: 'missing' };

/** What may be changed in the checkpoint of a lane by itself. `earliestExpiry`: whether it is told late. `mending`: see mendingText. */
export type LaneNote = Partial<Pick<LaneRecord, 'offset' | 'replid' | 'process' | 'expiry' | 'carried'>> & {
  readonly earliestExpiry?: '0' | '1';
  readonly mending?: string;
};

export const mendingText = ({ of, offset }: Mending): string => `${of} ${offset}`;

/** undefined where none is under way. */
function parseMending(text: string): Mending | undefined {
  const [, of, offset] = /^(expired|failed) (\d{1,16})$/.exec(text) ?? [];
  return of === undefined ? undefined : { of: of as Mending['of'], offset: Number(offset) };
}

const NONE = SlotSet.of([]);

/** A script that has written once may go on to do so on a target without room, and DEL and HDEL may always. */
const WRITE = `local found = redis.call('HMGET', KEYS[1], 'owner', 'epoch')
if found[2] and found[1] ~= ARGV[1] and tonumber(found[2]) >= tonumber(ARGV[2]) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HMSET', KEYS[1], 'owner', ARGV[1], 'epoch', ARGV[2], unpack(ARGV, 3))
return 1`;

/** What a lane says beside whose it is. */
const SAID = ['offset', 'replid', 'process', 'earliestExpiry', 'expiry', 'carried', 'mending'] as const;

const FENCE = `local found = redis.call('HMGET', KEYS[1], 'owner', 'epoch', ${SAID.map((field) => `'${field}'`).join(', ')})
if not found[3] then return {'missing'} end
local epoch, ours = tonumber(found[2]) or 0, tonumber(ARGV[2])
if epoch > ours or (epoch == ours and found[1] ~= ARGV[1]) then return {'refused', found[2]} end
redis.call('HDEL', KEYS[1], '')
redis.call('HMSET', KEYS[1], 'owner', ARGV[1], 'epoch', ARGV[2])
for i = 3, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
local said = {'fenced'}
for i = 3, #found do said[i - 1] = found[i] or '' end
return said`;

const PLACE = `local found = redis.call('HMGET', KEYS[1], 'owner', 'epoch')
if found[1] ~= ARGV[1] or found[2] ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], '')
for i = 3, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
return 1`;

/** The checkpoints of a task's lanes, each where its slot lies. All throw LockstepError, TARGET_SLOTS_MOVED among them. */
export class LaneRecords {
  private readonly nodes: SlotNodes;
  private readonly task: string;

  constructor(nodes: SlotNodes, task: string) {
    this.nodes = nodes;
    this.task = task;
  }

  /** undefined where there is none. */
  async read(name: LaneName): Promise<LaneRecord | undefined> {
    const [owner, epoch, offset, ...said] = await this.on(name, (redis, key) =>
      redis.hmget(key, 'owner', 'epoch', ...SAID),
    );
    if (offset === null || offset === undefined) return undefined;
    const { position, ...rest } = this.said(name, [offset, ...said.map((text) => text ?? '')]);
    return { owner: owner ?? '', epoch: Number(epoch), ...position, ...rest };
  }

  /** @returns false when it has another owner by an epoch that is not below ours, and is left alone */
  async write(name: LaneName, { owner, epoch, late: _, mending: __, ...said }: LaneRecord): Promise<boolean> {
    return (
      (await this.on(name, (redis, key) => redis.eval(WRITE, 1, key, owner, epoch, ...fieldsOf(said)))) === 1
    );
  }

  /**
   * No batch passes from here on but those of this owner and epoch. Other owners give way to a greater epoch alone. `note`: kept in
   * the place of what is told.
   */
  async fence(name: LaneName, { owner, epoch }: LaneOwner, note: LaneNote = {}): Promise<Fencing> {
    const reply: unknown = await this.on(name, (redis, key) =>
      redis.eval(FENCE, 1, key, owner, epoch, ...fieldsOf(note)),
    );
    const [kind, ...said] = Array.isArray(reply) ? reply.map(String) : [];
    if (kind === 'missing') return { kind };
    if (kind === 'refused') return { kind, epoch: Number(said[0]) };
    return { kind: 'fenced', ...this.said(name, said) };
  }

  /** @returns false when it has another owner or epoch, and is left alone */
  async place(name: LaneName, { owner, epoch }: LaneOwner, where: LaneNote): Promise<boolean> {
    const fields = fieldsOf(where);
    return (await this.on(name, (redis, key) => redis.eval(PLACE, 1, key, owner, epoch, ...fields))) === 1;
  }

  async remove(name: LaneName): Promise<void> {
    await this.on(name, (redis, key) => redis.del(key));
  }

  private async on<T>(name: LaneName, run: (redis: Redis, key: string) => Promise<T>): Promise<T> {
    const redis = await this.nodes.onSlot(laneSlot(name));
    return onChange(() => run(redis, laneKey(this.task, name)));
  }

  /** By the texts of `SAID`. */
  private said(
    name: LaneName,
    [offset = '', replid = '', process = '', late, expiry, carried = '', mends = '']: readonly string[],
  ): { readonly position: LanePosition } & Pick<LaneRecord, 'process' | 'expiry' | 'carried'> {
    const at = this.position(name, offset, replid);
    const mending = parseMending(mends);
    return {
      position: { ...at, ...(late === '1' && { late: true }), ...(mending && { mending }) },
      process,
      // Before lanes said what holds of their keys they said it so of keys that become exact.
      expiry: EXPIRY_STATES.find((one) => one === expiry) ?? (late === '1' ? 'releasing' : undefined),
      carried: SlotSet.parse(carried) ?? NONE,
    };
  }

  private position(name: LaneName, text: string, replid: string): LanePosition {
    const offset = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
    if (Number.isSafeInteger(offset)) return { offset, replid };
    throw new LockstepError(
      'TASK_MISMATCH',
      `the checkpoint ${laneKey(this.task, name)} is damaged: its offset is "${text.slice(0, 40)}"`,
    );
  }
}

const fieldsOf = (note: LaneNote): string[] =>
  Object.entries(note).flatMap(([field, value]) => (value === undefined ? [] : [field, String(value)]));
