import { asLockstepError } from '../../../../shared/errors/plain-reason.ts';
import { formatAddress } from '../../../../shared/format/address.ts';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import type { SentinelGroup } from '../../../../shared/model/sentinel-group.ts';
import type { SentinelWord } from '../../../../shared/model/server-summary.ts';
import type { Side } from '../../control/control-connection.ts';
import type { World } from '../../world/world.ts';
import { askSentinel } from './ask-sentinel.ts';

/** What each Sentinel of a group says, all asked at once, in the order of the group. Never rejects. */
export const askEach = (
  world: World,
  side: Side,
  endpoint: Endpoint,
  group: SentinelGroup,
): Promise<SentinelWord[]> =>
  Promise.all(
    group.nodes.map(async (at): Promise<SentinelWord> => {
      const address = formatAddress(at);
      try {
        const named = await askSentinel(world, side, endpoint, group, at);
        return { address, names: formatAddress(named), fault: null };
      } catch (error) {
        const { code, message } = asLockstepError(error);
        return { address, names: null, fault: { code, fact: message } };
      }
    }),
  );
