import { describe, expect, it, vi } from 'vitest';
import { briefJob } from '../../../../electron/engine/jobs/brief-job.ts';
import { Deferred } from '../../../../electron/engine/pacing/deferred.ts';
import type { Job } from '../../../../electron/engine/jobs/job.ts';
import type { EngineEvent } from '../../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';

const DONE: EngineEvent = { type: 'prechecked' };

/** A job whose work the test ends. */
function begin() {
  const sent: EngineEvent[] = [];
  let signal: AbortSignal | undefined;
  const work = new Deferred<EngineEvent>();
  const job: Job = briefJob(
    (event) => void sent.push(event),
    (given) => {
      signal = given;
      return work.promise;
    },
  );
  return { job, sent, work, aborted: () => signal?.aborted };
}

describe('a job that may be cut short', () => {
  it('ends with what came of its work', async () => {
    const { job, sent, work, aborted } = begin();
    work.resolve(DONE);
    await job.ended;
    expect([sent, aborted()]).toEqual([[DONE], false]);
  });

  it.each([
    ['is stopped', (job: Job) => job.command({ type: 'stop', how: 'drain' })],
    ['has lost its host', (job: Job) => job.abandon()],
  ])('ends at once when it %s, whatever its work does', async (_, end) => {
    const { job, sent, work, aborted } = begin();
    end(job);
    await job.ended;
    expect(aborted()).toBe(true);
    work.resolve(DONE);
    await work.promise;
    expect(sent).toMatchObject([{ type: 'failed', code: 'INTERRUPTED', resumable: false }]);
  });

  it('has one end, however often it is stopped', async () => {
    const { job, sent, work } = begin();
    job.command({ type: 'stop', how: 'now' });
    job.abandon();
    work.reject(new LockstepError('SOURCE_UNREACHABLE', 'the connection was closed'));
    await job.ended;
    expect(sent).toHaveLength(1);
  });

  it('does not care for what is said to tasks', async () => {
    const { job, sent, work } = begin();
    job.command({ type: 'pause' });
    job.command({ type: 'resume' });
    job.command({ type: 'limits', limits: { maxCommandsPerSecond: 1, maxBytesPerSecond: 0 } });
    work.resolve(DONE);
    await job.ended;
    expect(sent).toEqual([DONE]);
  });

  it.each([
    [
      'a fault with a code as that',
      new LockstepError('TARGET_AUTH', 'WRONGPASS'),
      { code: 'TARGET_AUTH', fact: 'WRONGPASS' },
    ],
    ['any other as a fault of ours', new TypeError('x of undefined'), { code: 'INTERNAL' }],
  ])('tells %s', async (_, error, told) => {
    // For the makers, beside what is told.
    const noted = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { job, sent, work } = begin();
    work.reject(error);
    await job.ended;
    expect(sent).toMatchObject([{ type: 'failed', resumable: false, ...told }]);
    noted.mockRestore();
    expect(JSON.stringify(sent)).not.toContain('x of undefined');
  });
});
