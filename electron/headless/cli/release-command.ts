import { EXIT } from '../../../shared/errors/catalogue.ts';
import { placed } from './placed.ts';
import { formatCount } from '../../../shared/format/numbers.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import { releaseTask } from '../../engine/session/release-task.ts';
import { readEndpoint } from './read-endpoints.ts';

export interface ReleaseFlags {
  readonly target?: string;
  readonly task?: string;
  readonly json?: boolean;
}

/** Runs `release`. @returns the exit status; @throws LockstepError */
export async function releaseCommand(flags: ReleaseFlags): Promise<number> {
  const target = readEndpoint('--target', flags.target, process.env['LOCKSTEP_TARGET_PASSWORD']);
  const released = await placed({ target }, () => releaseTask(target, flags.task));
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify({ type: 'released', ...released })}\n`);
    return EXIT.ok;
  }
  const where = describeEndpoint(target);
  process.stdout.write(
    `${formatCount(released.keys)} keys on ${where} have their exact expiry again (task ${released.task})\n`,
  );
  if (released.state === 'copying') {
    process.stdout.write(
      'Mind: the full copy of this task was not complete, so the target holds only a part of the source.\n',
    );
  }
  return EXIT.ok;
}
