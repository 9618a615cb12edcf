import { setTimeout as pause } from 'node:timers/promises';
import { formatDuration, formatKeys } from '../../../../shared/format/numbers.ts';
import { describeEndpoint } from '../../../../shared/model/endpoint.ts';
import { inStepFor } from '../../../backend/rehearsals/in-step-for.ts';
import { rehearseFailover } from '../../../backend/rehearsals/rehearse-failover.ts';
import { forkEngine } from '../../fork-engine.ts';
import { packageVersion } from '../../package-version.ts';
import type { OutputEnd } from '../output-end.ts';
import { parseDuration } from '../units.ts';
import { finishRehearsal } from './finish.ts';
import { rehearseOptionsOf, type RehearseFlags } from './rehearse-flags.ts';
import { askOnTerminal, stepTeller, untilEnter, untilInterrupted } from './terminal.ts';

export interface RehearseFailoverFlags extends RehearseFlags {
  readonly check?: string;
  readonly checkWithin: string;
  readonly freeFor?: string;
  readonly copyAgain?: boolean;
}

/** Runs `rehearse failover`. @returns the exit status; @throws LockstepError */
export async function rehearseFailoverCommand(
  flags: RehearseFailoverFlags,
  output: OutputEnd,
): Promise<number> {
  const options = rehearseOptionsOf(flags, process.env, (source) => `rehearsal-${source}`);
  const { spec, goals, inStepForMs, json } = options;
  const checkMs = parseDuration(flags.checkWithin, '--check-within');
  const freeForMs = flags.freeFor === undefined ? undefined : parseDuration(flags.freeFor, '--free-for');
  const target = describeEndpoint(spec.target);
  if (!json)
    process.stderr.write(
      `Rehearsing the loss of ${describeEndpoint(spec.source)}, with ${target} in its place\n`,
    );
  const signal = untilInterrupted(output);
  const report = await rehearseFailover({
    startEngine: forkEngine,
    ...{ spec, goals, signal, checkMs },
    check: flags.check,
    version: packageVersion(),
    onStep: stepTeller(json),
    untilLost: (task) => inStepFor(task, inStepForMs),
    freeUntil: async (reachMs) => {
      if (freeForMs !== undefined) await pause(freeForMs, undefined, { signal }).catch(() => undefined);
      else
        await untilEnter(
          `${target} is free to be used${reachMs === null ? '' : `; the source keeps what it writes meanwhile for about ${formatDuration(reachMs)}`}. Press Enter to end the rehearsal. `,
          signal,
        );
    },
    mayCopyAgain: async (why, keys) =>
      flags.copyAgain === true ||
      askOnTerminal(
        `To be in step again needs a new full copy: ${why}. Replace ${keys === null ? 'what' : `all ${formatKeys(keys)} that`} ${target} holds?`,
        signal,
      ),
  });
  return finishRehearsal(report, options, flags);
}
