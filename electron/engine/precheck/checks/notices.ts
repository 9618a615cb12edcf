import { notice } from '../finding.ts';
import type { Check } from '../subjects.ts';

export const noticeFlush: Check = async ({ spec }) =>
  notice(
    spec.onFlush === 'apply'
      ? 'A flush of the source is passed on, also where the target holds keys of its own: they are removed with the others.'
      : 'A flush of the source is passed on if the target was empty when the task began. Otherwise the task stops before it and asks.',
  );

const SAME_ADDRESS =
  'The task goes on by itself after a failover or a restart under the same address. A new address has to be entered, with the task stopped; it then resumes or copies anew, and says which.';
const BY_SENTINELS = 'A failover that Sentinels make is followed, at whatever address.';
const LISTED =
  'The Sentinels of the source list the task as a replica at port 0, which they never promote; it stays on their lists until SENTINEL RESET.';

export const noticeScaling: Check = async ({ spec: { source, target } }) =>
  notice(
    [
      ...(source.sentinel || target.sentinel ? [BY_SENTINELS] : []),
      ...(source.sentinel ? [LISTED] : []),
      ...(source.sentinel && target.sentinel ? [] : [SAME_ADDRESS]),
    ].join(' '),
  );
