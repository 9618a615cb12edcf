import type { Outcome } from '../../../shared/contract/engine-messages.ts';
import type { Metrics } from '../../../shared/model/metrics.ts';
import type { RehearsalReport } from '../../../shared/rehearsal/report.ts';

/** Commands whose bytes never came cannot be counted: taken to be as long as those that came within the last seconds. */
export function lossOf(
  { lost, feeds = [] }: Outcome,
  written: Metrics['read'] | undefined,
): RehearsalReport['rpo'] {
  if (!lost) return null;
  const { commandsPerSecond = 0, bytesPerSecond = 0 } = written ?? {};
  const known = commandsPerSecond > 0 && bytesPerSecond > 0;
  return {
    ...lost,
    commands:
      lost.bytes === 0 ? 0 : known ? Math.ceil((lost.bytes / bytesPerSecond) * commandsPerSecond) : null,
    ...(feeds.length > 0 && {
      shards: feeds.flatMap(({ slots, lost: ofShard }) => (ofShard ? [{ slots, ...ofShard }] : [])),
    }),
    ...(written && { written: { commandsPerSecond, bytesPerSecond } }),
  };
}
