import { formatDuration } from '../../../../shared/format/numbers.ts';
import { lookAtEach } from '../each-node.ts';
import { mend, notice, pass, skipped, warning, type Finding } from '../finding.ts';
import type { ServerView } from '../server-view.ts';
import type { Check } from '../subjects.ts';

const NOTICE_MS = 1_000;
const WARNING_MS = 5_000;

export const clockDifference: Check = async ({ source, target }) => {
  const nodes = await target.nodes();
  const ofTarget = await Promise.all(nodes.map(clockAhead));
  if (ofTarget.includes(undefined)) return skipped('The target does not permit TIME.');
  return lookAtEach(source, async (node) => {
    const ofSource = await clockAhead(node);
    if (ofSource === undefined) return skipped('The source does not permit TIME.');
    const differences = ofTarget.map((ahead) => ahead! - ofSource);
    return judgeClocks(differences.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most)));
  });
};

/** @param aheadMs how far the target's clock is ahead of the source's */
export function judgeClocks(aheadMs: number): Finding {
  const differenceMs = Math.abs(aheadMs);
  if (differenceMs <= NOTICE_MS) return pass(`They differ by ${formatDuration(differenceMs)}.`);
  const fact = `The clock of the target is ${formatDuration(differenceMs)} ${aheadMs > 0 ? 'ahead of' : 'behind'} the source's. After the task has ended, keys expire that much ${aheadMs > 0 ? 'earlier' : 'later'} on the target; while it runs, the source alone decides.`;
  const mends = [
    mend('source', 'Set its clock by NTP.', 'sudo chronyc makestep'),
    mend('target', 'Set its clock by NTP.', 'sudo chronyc makestep'),
  ];
  return differenceMs > WARNING_MS ? warning(fact, ...mends) : notice(fact, ...mends);
}

/** By how much the server's clock is ahead of this machine's, in ms; undefined where TIME is refused. */
async function clockAhead(server: ServerView): Promise<number | undefined> {
  const { clock } = server.world;
  const askedMs = clock.now();
  const reply = await server.ask('TIME');
  if (!Array.isArray(reply)) return undefined;
  const serverMs = Number(reply[0]) * 1000 + Number(reply[1]) / 1000;
  return serverMs - (askedMs + clock.now()) / 2;
}
