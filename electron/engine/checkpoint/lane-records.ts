import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { onChange } from '../control/cluster-change.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import type { Checkpoint } from './checkpoint.ts';
import { laneKey, laneSlot, type LaneName } from './lane-index.ts';
import type { LanePosition } from './lane-plan.ts';
import type { LaneProcess } from './lane-process.ts';

/** Whose batches a lane takes: of another owner or epoch none. */
export type LaneOwner = Pick<Checkpoint, 'owner' | 'epoch'>;

/** The checkpoint of a lane: a hash of these fields. */
export interface LaneRecord extends LaneOwner, LanePosition {
  readonly process: LaneProcess;
}

export type Fencing =
  | {
      readonly kind: 'fenced';
      readonly position: LanePosition;
      readonly process: LaneProcess;
      /** See doubtLanes. */
      readonly doubtful: boolean;
    }
  /** Another owner has it by an epoch that is not below ours. */
  | { readonly kind: 'refused'; readonly epoch: number }
  | { readonly kind: 'missing' };

/** In the checkpoint of a lane: keys of its slots may be lost to their own clock there, whatever the task's own checkpoint says of it. */
export interface LaneDoubt {
  readonly earliestExpiry: '0' | '1';
}

/** A script that has written once may go on to do so on a target without room, and DEL and HDEL may always. */
const WRITE = `local found = redis.call('HMGET', KEYS[1], 'owner', 'epoch')
if found[2] and found[1] ~= ARGV[1] and tonumber(found[2]) >= tonumber(ARGV[2]) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HMSET', KEYS[1], 'owner', ARGV[1], 'epoch', ARGV[2], 'offset', ARGV[3], 'replid', ARGV[4],
  'process', ARGV[5])
return 1`;

const FENCE = `local found = redis.call('HMGET', KEYS[1], 'owner', 'epoch', 'offset', 'replid', 'process', 'earliestExpiry')
if not found[3] then return {'missing'} end
local epoch, ours = tonumber(found[2]) or 0, tonumber(ARGV[2])
if epoch > ours or (epoch == ours and found[1] ~= ARGV[1]) then return {'refused', found[2]} end
redis.call('HDEL', KEYS[1], '')
redis.call('HMSET', KEYS[1], 'owner', ARGV[1], 'epoch', ARGV[2])
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'process', ARGV[3]) end
return {'fenced', found[3], found[4] or '', found[5] or '', found[6] or ''}`;

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
    const [owner, epoch, offset, replid, process] = await this.on(name, (redis, key) =>
      redis.hmget(key, 'owner', 'epoch', 'offset', 'replid', 'process'),
    );
    if (offset === null || offset === undefined) return undefined;
    return {
      owner: owner ?? '',
      epoch: Number(epoch),
      process: process ?? '',
      ...this.position(name, offset, replid ?? ''),
    };
  }

  /** @returns false when it has another owner by an epoch that is not below ours, and is left alone */
  async write(name: LaneName, { owner, epoch, offset, replid, process }: LaneRecord): Promise<boolean> {
    const fields = [owner, epoch, offset, replid, process];
    return (await this.on(name, (redis, key) => redis.eval(WRITE, 1, key, ...fields))) === 1;
  }

  /**
   * No batch passes from here on but those of this owner and epoch. Other owners give way to a greater epoch alone. `process`: kept in
   * the place of the one that is told, unless it is empty.
   */
  async fence(name: LaneName, { owner, epoch }: LaneOwner, process = ''): Promise<Fencing> {
    const reply: unknown = await this.on(name, (redis, key) =>
      redis.eval(FENCE, 1, key, owner, epoch, process),
    );
    const [kind, first, second, third, fourth] = Array.isArray(reply) ? reply.map(String) : [];
    if (kind === 'missing') return { kind };
    if (kind === 'refused') return { kind, epoch: Number(first) };
    const position = this.position(name, first ?? '', second ?? '');
    return { kind: 'fenced', position, process: third ?? '', doubtful: fourth === '1' };
  }

  /** @returns false when it has another owner or epoch, and is left alone */
  async place(
    name: LaneName,
    { owner, epoch }: LaneOwner,
    where: Partial<Pick<LaneRecord, 'offset' | 'replid' | 'process'>> | LaneDoubt,
  ): Promise<boolean> {
    const fields = Object.entries(where).flat();
    return (await this.on(name, (redis, key) => redis.eval(PLACE, 1, key, owner, epoch, ...fields))) === 1;
  }

  async remove(name: LaneName): Promise<void> {
    await this.on(name, (redis, key) => redis.del(key));
  }

  private async on<T>(name: LaneName, run: (redis: Redis, key: string) => Promise<T>): Promise<T> {
    const redis = await this.nodes.onSlot(laneSlot(name));
    return onChange(() => run(redis, laneKey(this.task, name)));
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
