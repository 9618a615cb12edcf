import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { checkpointFields, checkpointKey, type Checkpoint } from '../../checkpoint/checkpoint.ts';
import { missing } from '../../checkpoint/claim.ts';
import { targetError } from '../../control/target-error.ts';
import { command } from '../../protocol/resp/encode.ts';
import { STALE } from './apply-script.ts';
import type { NodeLine } from './node-line.ts';

/** What follows the lanes by itself: nobody waits for it to be noted. */
const FOLLOWING: ReadonlySet<string> = new Set(['offset', 'db', 'verified', 'verifiedDb', 'sourceAt']);

/** Writes fields of the task's checkpoint if it is still ours, on a target without room too. KEYS: it. ARGV: owner, epoch, then the fields. */
const SCRIPT = `local stand=redis.call('HMGET',KEYS[1],'owner','epoch')
if stand[1]~=ARGV[1] or stand[2]~=ARGV[2] then
return redis.error_reply('${STALE} '..tostring(stand[1])..' '..tostring(stand[2]))
end
redis.call('HDEL',KEYS[1],'')
redis.call('HMSET',KEYS[1],unpack(ARGV,3))
return redis.status_reply('OK')`;

/** The task's own checkpoint beside its lanes: whatever is in it was so at the offset that it says, or before. */
export class MainCheckpoint {
  private readonly task: string;
  private readonly line: NodeLine;
  private readonly onError: (error: LockstepError) => void;
  private fields: readonly string[];
  private last: Checkpoint;
  underWay = 0;

  /** `present`: as it stands on the node of `line`. */
  constructor(task: string, line: NodeLine, present: Checkpoint, onError: (error: LockstepError) => void) {
    this.task = task;
    this.line = line;
    this.onError = onError;
    this.last = present;
    this.fields = checkpointFields(present);
  }

  /** More changes than what follows the lanes. */
  changes(checkpoint: Checkpoint): boolean {
    return this.changed(checkpointFields(checkpoint)).some((word, i) => i % 2 === 0 && !FOLLOWING.has(word));
  }

  /** Writes what is different from what was written last, if anything is. `done`: it stands. */
  write(checkpoint: Checkpoint, done: () => void): void {
    const { last } = this;
    const fields = checkpointFields(checkpoint);
    const changed = this.changed(fields);
    if (changed.length === 0) return done();
    this.fields = fields;
    this.last = checkpoint;
    this.underWay += 1;
    const key = checkpointKey(this.task);
    const bytes = command('EVAL', SCRIPT, '1', key, last.owner, String(last.epoch), ...changed);
    this.line.send(bytes, (error) => {
      this.underWay -= 1;
      if (error === undefined) done();
      else this.onError(refusal(error, last));
    });
  }

  private changed(fields: readonly string[]): string[] {
    const changed: string[] = [];
    for (let i = 0; i < fields.length; i += 2)
      if (fields[i + 1] !== this.fields[i + 1]) changed.push(fields[i]!, fields[i + 1]!);
    return changed;
  }
}

function refusal(error: string, ours: Checkpoint): LockstepError {
  if (!error.startsWith(STALE)) return targetError(error, 'the checkpoint');
  const [owner, epoch] = error.slice(STALE.length + 1).split(' ');
  if (owner === 'false' && epoch === 'false') return missing();
  const fact = `the checkpoint says epoch ${epoch}; this run is epoch ${ours.epoch}`;
  return new LockstepError('TARGET_TAKEN_OVER', fact);
}
