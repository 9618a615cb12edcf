import { formatBytes } from '../../../../shared/format/numbers.ts';
import { configSet, notice, pass, skipped, warning, type Finding } from '../finding.ts';
import type { ServerView } from '../server-view.ts';
import type { Check } from '../subjects.ts';

const LEAST_SECONDS = 60;
const ADVISED_SECONDS = 600;
/** A snapshot of this much takes a minute and more to make. */
const LARGE_BYTES = 10 * 1024 ** 3;

export const sourceTimeout: Check = (subjects) => subjects.lookAtFeeds(lookAtOne);

async function lookAtOne(source: ServerView): Promise<Finding> {
  const seconds = await source.configNumber('repl-timeout');
  if (seconds === undefined)
    return skipped('The source does not tell its repl-timeout. Its default, 60 s, is enough for small data.');
  return judgeTimeout(seconds, (await source.figure('used_memory')) ?? 0);
}

export function judgeTimeout(seconds: number, usedBytes: number): Finding {
  if (seconds < LEAST_SECONDS) {
    const wanted = usedBytes > LARGE_BYTES ? ADVISED_SECONDS : LEAST_SECONDS;
    return warning(
      `repl-timeout is ${seconds} s, and a link may be silent for longer than that.`,
      configSet('source', 'repl-timeout', wanted, `Raise it to ${wanted} s.`),
    );
  }
  if (usedBytes > LARGE_BYTES && seconds < ADVISED_SECONDS) {
    return notice(
      `repl-timeout is ${seconds} s. For ${formatBytes(usedBytes)} on the source, ${ADVISED_SECONDS} s are advised.`,
      configSet('source', 'repl-timeout', ADVISED_SECONDS, `Raise it to ${ADVISED_SECONDS} s.`),
    );
  }
  return pass(`repl-timeout is ${seconds} s.`);
}
