import { EXIT } from '../../../shared/errors/catalogue.ts';
import type { EngineEvent } from '../../../shared/contract/engine-messages.ts';
import { placed } from './placed.ts';
import { formatKeys } from '../../../shared/format/numbers.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import { runEngineJob } from '../../backend/jobs/engine-job.ts';
import { forkEngine } from '../fork-engine.ts';
import { readEndpoint } from './read-endpoints.ts';

export interface ReleaseFlags {
  readonly target?: string;
  readonly targetSentinelUser?: string;
  readonly addressMap?: string;
  readonly task?: string;
  readonly json?: boolean;
}

/** Runs `release`. @returns the exit status; @throws LockstepError */
export async function releaseCommand(flags: ReleaseFlags): Promise<number> {
  const target = readEndpoint('target', flags, process.env);
  const { task } = flags;
  const json = flags.json === true;
  const onEvent = (event: EngineEvent): void => {
    if (event.type !== 'event') return;
    if (json) process.stdout.write(`${JSON.stringify(event)}\n`);
    else process.stderr.write(`! ${event.text}\n`);
  };
  const command = { type: 'release', target, ...(task !== undefined && { task }) } as const;
  const job = runEngineJob({ startEngine: forkEngine, command, ending: 'released', onEvent });
  const { released } = await placed({ target, task }, () => job.done);
  if (json) {
    process.stdout.write(`${JSON.stringify({ type: 'released', ...released })}\n`);
    return EXIT.ok;
  }
  const where = describeEndpoint(target);
  process.stdout.write(
    `${formatKeys(released.keys)} on ${where} have their exact expiry again (task ${released.task})\n`,
  );
  if (released.state === 'copying') {
    process.stdout.write(
      'Mind: the full copy of this task was not complete, so the target holds only a part of the source.\n',
    );
  }
  return EXIT.ok;
}
