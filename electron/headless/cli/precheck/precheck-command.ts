import { EXIT } from '../../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { visibleLines } from '../../../../shared/format/visible.ts';
import { describeEndpoint } from '../../../../shared/model/endpoint.ts';
import type { CheckResult } from '../../../../shared/model/precheck.ts';
import { runEngineJob } from '../../../backend/jobs/engine-job.ts';
import { forkEngine } from '../../fork-engine.ts';
import type { OutputEnd } from '../output-end.ts';
import { placed } from '../placed.ts';
import { stopSignal } from '../stop-signal.ts';
import { taskSpecOf, type TaskFlags } from '../sync-options.ts';
import { describeCheck, describeVerdict, verdictOf } from './precheck-lines.ts';

/** As long as a page gives it. */
const TIMEOUT_MS = 5 * 60_000;

/** The options of `precheck` as they were typed: those of `sync` that a check depends on. */
export interface PrecheckFlags extends Omit<
  TaskFlags,
  'allowShrink' | 'until' | 'retryFor' | 'expirySlack' | 'maxCommandsPerSecond' | 'maxBytesPerSecond'
> {
  readonly strict?: boolean;
}

/** Runs `precheck`. @returns the exit status; @throws LockstepError */
export async function precheckCommand(flags: PrecheckFlags, output: OutputEnd): Promise<number> {
  const spec = taskSpecOf(
    { ...flags, allowShrink: '50', until: 'stopped', retryFor: '720m', expirySlack: '60s' },
    process.env,
  );
  const { strict = false, json = false } = flags;
  if (!json)
    process.stderr.write(`Checking ${describeEndpoint(spec.source)} → ${describeEndpoint(spec.target)}\n`);
  const results: CheckResult[] = [];
  const job = runEngineJob({
    startEngine: forkEngine,
    command: { type: 'precheck', spec },
    ending: 'prechecked',
    timeoutMs: TIMEOUT_MS,
    onEvent: (event) => {
      if (event.type !== 'check') return;
      results.push(event.result);
      process.stdout.write(
        json
          ? `${JSON.stringify({ type: 'check', ...event.result })}\n`
          : `${visibleLines(describeCheck(event.result))}\n`,
      );
    },
  });
  await placed(spec, () => Promise.race([job.done, untilStopped(output, job.cancel)]));
  const verdict = verdictOf(results, strict);
  process.stdout.write(
    json ? `${JSON.stringify({ type: 'prechecked', ...verdict })}\n` : `${describeVerdict(verdict)}\n`,
  );
  return verdict.passed ? EXIT.ok : EXIT.goals;
}

/** Rejects with the first Ctrl-C. @throws LockstepError INTERRUPTED */
const untilStopped = (output: OutputEnd, cancel: () => void): Promise<never> =>
  new Promise((_, reject) => {
    stopSignal(output).addEventListener('abort', () => {
      cancel();
      reject(new LockstepError('INTERRUPTED', 'not all checks were done'));
    });
  });
