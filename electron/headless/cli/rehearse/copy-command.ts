import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { formatKeys } from '../../../../shared/format/numbers.ts';
import { describeEndpoint } from '../../../../shared/model/endpoint.ts';
import { rehearseCopy } from '../../../backend/rehearsals/rehearse-copy.ts';
import { forkEngine } from '../../fork-engine.ts';
import { packageVersion } from '../../package-version.ts';
import type { OutputEnd } from '../output-end.ts';
import { finishRehearsal } from './finish.ts';
import { rehearseOptionsOf, type RehearseFlags } from './rehearse-flags.ts';
import { askOnTerminal, stepTeller, untilInterrupted } from './terminal.ts';

export interface RehearseCopyFlags extends RehearseFlags {
  readonly clean?: boolean;
  readonly keep?: boolean;
}

/** Runs `rehearse copy`. @returns the exit status; @throws LockstepError */
export async function rehearseCopyCommand(flags: RehearseCopyFlags, output: OutputEnd): Promise<number> {
  if (flags.clean && flags.keep) throw new LockstepError('USAGE', '--clean and --keep exclude each other');
  // One of its own each time, so that nothing of an earlier run is gone on with, and cleaning removes what this one brought.
  const options = rehearseOptionsOf(flags, process.env, (source) => `rehearsal-${Date.now()}-${source}`);
  const { spec, goals, inStepForMs, json } = options;
  const target = describeEndpoint(spec.target);
  if (!json) process.stderr.write(`Rehearsing a copy: ${describeEndpoint(spec.source)} → ${target}\n`);
  const signal = untilInterrupted(output);
  const report = await rehearseCopy({
    startEngine: forkEngine,
    ...{ spec, goals, inStepForMs, signal },
    version: packageVersion(),
    onStep: stepTeller(json),
    mayClean: async (keys) =>
      flags.clean === true ||
      (flags.keep !== true &&
        askOnTerminal(`Remove all ${formatKeys(keys)} of ${target}, which was empty before?`, signal)),
  });
  return finishRehearsal(report, options, flags);
}
