import { MOST_MEMBERS, type EngineCommand, type RunEvent } from '../../../shared/contract/engine-messages.ts';
import { SourceLogs } from '../intake/source-log/source-logs.ts';
import type { World } from '../world/world.ts';
import { failed, type Job, type Send } from './job.ts';
import { taskJob } from './task-job.ts';

/**
 * Runs of tasks that have the same source, in one process, which reads it once. Each is a run as any other, with its own end: `failed` of one says
 * nothing of the others. The job ends once its host has said that none is to come any more, and the last one has ended.
 */
export function groupJob(send: Send, world: World): Job {
  const members = new Map<number, Job>();
  const logs = new SourceLogs(world);
  let noMore = false;
  let resolve!: () => void;
  const ended = new Promise<void>((onEnd) => (resolve = onEnd));
  const look = (): void => {
    if (noMore && members.size === 0) resolve();
  };
  const close = (): void => {
    noMore = true;
    look();
  };

  const begin = (member: number, command: Extract<EngineCommand, { type: 'start' }>): void => {
    const tell = (event: RunEvent): void => send({ type: 'member', member, event });
    if (members.size >= MOST_MEMBERS)
      return tell(failed(new Error(`the engine runs ${MOST_MEMBERS} tasks already`), false));
    let job: Job;
    try {
      job = taskJob(command.spec, tell, world, { logs });
    } catch (error) {
      // A fault of ours in one of them is no reason to end the others.
      return tell(failed(error, false));
    }
    members.set(member, job);
    void job.ended.finally(() => {
      members.delete(member);
      look();
    });
  };

  const obey = (member: number, command: EngineCommand): void => {
    if (command.type === 'start' && !members.has(member)) begin(member, command);
    else members.get(member)?.command(command);
  };

  return {
    command: (command) => {
      if (command.type === 'member') obey(command.member, command.command);
      else if (command.type === 'no-more') close();
    },
    abandon: () => {
      for (const job of members.values()) job.abandon();
      close();
    },
    ended,
  };
}
