import { formatCount } from '../../../../shared/format/numbers.ts';
import { notice, pass } from '../finding.ts';
import type { Check } from '../subjects.ts';

export const expiringKeys: Check = async (subjects) => {
  let keys = 0;
  let expires = 0;
  for (const counts of (await subjects.chosen()).values()) {
    keys += counts.keys;
    expires += counts.expires;
  }
  if (expires === 0)
    return pass(
      keys === 0 ? 'The source holds no keys yet.' : `None of the ${formatCount(keys)} keys expires.`,
    );
  const share = ((100 * expires) / keys).toFixed(1);
  return notice(
    `${formatCount(expires)} of ${formatCount(keys)} keys expire (${share} %). Their counts will differ a little between the two sides at any time; the keys without an expiry are the ones to watch.`,
  );
};
