import { formatBytes, formatDuration } from '../../../../shared/format/numbers.ts';
import { configSet, notice, pass, skipped, warning, type Finding } from '../finding.ts';
import type { ServerView } from '../server-view.ts';
import type { Check, Subjects } from '../subjects.ts';
import type { WriteRate } from '../write-rate.ts';

const LEAST_SECONDS = 60;
const ADVISED_SECONDS = 600;
const MB = 1024 * 1024;
/** The source has to hold it in its memory. */
const MOST_BYTES = 4 * 1024 * MB;

export const sourceBacklog: Check = (subjects) => subjects.lookAtFeeds((node) => lookAtOne(node, subjects));

async function lookAtOne(source: ServerView, subjects: Subjects): Promise<Finding> {
  const bytes =
    (await source.configNumber('repl-backlog-size')) ?? (await source.figure('repl_backlog_size'));
  if (bytes === undefined) return skipped('The source does not tell its repl-backlog-size.');
  const keptSeconds = await source.configNumber('repl-backlog-ttl');
  return judgeBacklog(bytes, keptSeconds, await subjects.writeRate(source));
}

/** @param keptSeconds repl-backlog-ttl: how long it is kept without any replica; 0 is for ever, undefined is not known */
export function judgeBacklog(bytes: number, keptSeconds: number | undefined, rate: WriteRate): Finding {
  const size = `repl-backlog-size is ${formatBytes(bytes)}`;
  if (rate.bytesPerSecond >= 1) {
    const seconds = bytes / rate.bytesPerSecond;
    const measured =
      rate.from === 'offset'
        ? `the ${formatBytes(rate.bytesPerSecond)}/s that are written now`
        : `the ${formatBytes(rate.bytesPerSecond)}/s that clients send now, of which writes are a part`;
    const covers = `${size}. At ${measured}, it covers ${rate.from === 'offset' ? '' : 'at least '}${formatDuration(seconds * 1000)} of disconnection`;
    if (seconds < LEAST_SECONDS) {
      const wanted = Math.min(MOST_BYTES, Math.ceil((rate.bytesPerSecond * ADVISED_SECONDS) / MB) * MB);
      const lasts = formatDuration((wanted / rate.bytesPerSecond) * 1000);
      return warning(
        `${covers}.`,
        configSet(
          'source',
          'repl-backlog-size',
          wanted,
          `Raise it to ${formatBytes(wanted)}, enough for ${lasts} at this rate.`,
        ),
      );
    }
    return kept(`${covers}`, keptSeconds);
  }
  return kept(
    `${size}. Nothing is being written at the moment, so it cannot be told how long that lasts`,
    keptSeconds,
  );
}

function kept(found: string, seconds: number | undefined): Finding {
  if (seconds === undefined || seconds === 0 || seconds >= ADVISED_SECONDS) return pass(`${found}.`);
  return notice(
    `${found}; but repl-backlog-ttl drops it ${seconds} s after the last replica has gone.`,
    configSet('source', 'repl-backlog-ttl', 3600, 'Keep it for an hour.'),
  );
}
