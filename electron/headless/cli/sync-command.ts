import type { EngineEvent, Outcome } from '../../../shared/contract/engine-messages.ts';
import { EXIT } from '../../../shared/errors/catalogue.ts';
import { placed } from './placed.ts';
import { describeStand } from '../../../shared/format/feed-words.ts';
import { formatCount } from '../../../shared/format/numbers.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import { runTask } from '../../backend/run-task.ts';
import { forkEngine } from '../fork-engine.ts';
import type { OutputEnd } from './output-end.ts';
import { taskSpecOf, type SyncFlags } from './sync-options.ts';
import { SyncView } from './sync-view.ts';

/** Runs `sync` to its end. @returns the exit status; @throws LockstepError */
export async function syncCommand(flags: SyncFlags, output: OutputEnd): Promise<number> {
  const spec = taskSpecOf(flags, process.env);
  const json = flags.json === true;
  const view = new SyncView(process.stdout, process.stderr);
  const onEvent = (event: EngineEvent): void => {
    if (!json) return view.event(event);
    if (event.type === 'metrics')
      process.stdout.write(`${JSON.stringify({ type: 'metrics', ...event.metrics })}\n`);
    else if (event.type === 'event' || event.type === 'finished')
      process.stdout.write(`${JSON.stringify(event)}\n`);
  };
  if (!json)
    view.line(`${describeEndpoint(spec.source)} → ${describeEndpoint(spec.target)}, task ${spec.task}`);
  const task = runTask(forkEngine, spec, onEvent);
  let interrupts = 0;
  const interrupt = (): void => {
    interrupts += 1;
    if (!json && interrupts === 1)
      view.line('Stopping: what the source has written so far is applied first. Once more stops at once.');
    if (interrupts > 2) task.kill('the engine was killed, as it was told to stop for the third time');
    else task.stop(interrupts === 1 ? 'drain' : 'now');
  };
  output.signal.addEventListener('abort', () => task.stop('now'));
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    const outcome = await placed(spec, () => task.outcome);
    if (!json) view.line(describeOutcome(outcome));
    return outcome.evictedKeys > 0 ? EXIT.different : EXIT.ok;
  } finally {
    view.end();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

function describeOutcome(outcome: Outcome): string {
  const { evictedKeys } = outcome;
  const lost =
    evictedKeys > 0
      ? `\nThe target has evicted ${formatCount(evictedKeys)} keys since the full copy: the two sides differ.`
      : '';
  return `${describeReason(outcome)}${lost}`;
}

function describeReason(outcome: Outcome): string {
  const copied = outcome.keysCopied > 0 ? `${formatCount(outcome.keysCopied)} keys copied, ` : '';
  const applied = `${formatCount(outcome.commandsApplied)} commands applied`;
  if (outcome.reason === 'full-copy') return `Full copy complete: ${copied.replace(/, $/, '')}.`;
  if (outcome.reason === 'cut-over')
    return `Moved: ${copied}${applied}. The source replicates from the target now, so there is nothing left to follow; the target has been handed over.`;
  const head = outcome.reason === 'caught-up' ? 'In step' : 'Stopped';
  return `${head}: ${copied}${applied}; ${describeStand(outcome.offset, outcome.feeds)}.\nThe checkpoint stays on the target: run the same command to go on from there.`;
}
