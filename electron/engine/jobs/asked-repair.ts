import type { RunCommand, RunEvent } from '../../../shared/contract/engine-messages.ts';
import type { RepairedKey } from '../../../shared/model/key-repair.ts';
import type { Run } from '../task/run.ts';
import type { Clock } from '../world/clock.ts';

/** Has the run bring keys, and tells what has become of them: those that are settled at one time in one message. */
export function askRepair(
  run: Pick<Run, 'repair'>,
  { id, kind, keys }: Extract<RunCommand, { type: 'repair' }>,
  send: (event: RunEvent) => void,
  clock: Clock,
): void {
  let left = keys.length;
  let settled: RepairedKey[] = [];
  let reason: string | undefined;
  const tell = (): void => {
    send({ type: 'repaired', id, keys: settled, left, ...(reason !== undefined && { reason }) });
    settled = [];
  };
  if (left === 0) return tell();
  run.repair(
    keys.map(({ db, key }) => ({
      ...{ db, kind },
      key: Buffer.from(key, 'base64').toString('latin1'),
      settle: (outcome, why) => {
        if (settled.length === 0) clock.setImmediate(tell);
        settled.push({ db, key, outcome });
        reason = why ?? reason;
        left -= 1;
      },
    })),
  );
}
