import {
  engineCommandSchema,
  type EngineCommand,
  type EngineEvent,
} from '../../shared/contract/engine-messages.ts';
import { visibleIn } from '../../shared/format/visible.ts';
import { checkKeysJob } from './jobs/check-keys-job.ts';
import { compareJob } from './jobs/compare-job.ts';
import { groupJob } from './jobs/group-job.ts';
import { inspectJob } from './jobs/inspect-job.ts';
import type { Job, Send } from './jobs/job.ts';
import { outlookJob } from './jobs/outlook-job.ts';
import { precheckJob } from './jobs/precheck-job.ts';
import { readKeyJob } from './jobs/read-key-job.ts';
import { releaseJob } from './jobs/release-job.ts';
import { cleanTargetJob, copyAnewJob, tryTargetJob } from './jobs/rehearsal-jobs.ts';
import { taskJob } from './jobs/task-job.ts';
import { watchCutoverJob, watchPairJob } from './jobs/watch-jobs.ts';
import type { HostPort } from './port.ts';
import type { World } from './world/world.ts';

/** One engine: waits for its job on the port, does it, reports, and ends its process. */
export function runEngine(port: HostPort, world: World): void {
  let job: Job | undefined;
  // What servers say of themselves is in there: versions, names of keys and of modules, error texts.
  const send = (event: EngineEvent): void => port.send(visibleIn(event));
  port.onMessage((message) => {
    const parsed = engineCommandSchema.safeParse(message);
    if (!parsed.success) {
      const fact = 'the host sent a command that does not fit';
      send({ type: 'failed', code: 'INTERNAL', fact, resumable: false });
      return;
    }
    if (job) return job.command(parsed.data);
    job = beginJob(parsed.data, send, world);
    void job?.ended.then(() => port.flushed()).then(() => process.exit(0));
  });
  // Without a host nobody could stop us: a task ends at its last checkpoint.
  port.onClose(() => {
    if (!job) process.exit(0);
    job.abandon();
  });
  send({ type: 'ready' });
}

/** The job that a first command asks for; undefined when it asks for none. */
function beginJob(command: EngineCommand, send: Send, world: World): Job | undefined {
  switch (command.type) {
    case 'start':
      return taskJob(command.spec, send, world);
    case 'group':
      return groupJob(send, world);
    case 'inspect':
      return inspectJob(command, send, world);
    case 'precheck':
      return precheckJob(command, send, world);
    case 'compare':
      return compareJob(command, send, world);
    case 'check-keys':
      return checkKeysJob(command, send, world);
    case 'read-key':
      return readKeyJob(command, send, world);
    case 'look-ahead':
      return outlookJob(command, send, world);
    case 'release':
      return releaseJob(command, send, world);
    case 'watch-pair':
      return watchPairJob(command, send, world);
    case 'watch-cutover':
      return watchCutoverJob(command, send, world);
    case 'try-target':
      return tryTargetJob(command, send, world);
    case 'clean-target':
      return cleanTargetJob(command, send, world);
    case 'copy-anew':
      return copyAnewJob(command, send, world);
    default:
      return undefined;
  }
}
