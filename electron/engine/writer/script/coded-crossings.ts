import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import { coded } from '../../control/control-connection.ts';
import type { Crossings } from './lanes-writer.ts';

/** The same, where what its control connections report has a code: one that breaks is a fault that heals. `at`: of the target. */
export const codedCrossings = (crossings: Crossings, at: Endpoint): Crossings => ({
  cross: (plan, end, lanes) => coded('target', at, () => crossings.cross(plan, end, lanes)),
  everyNode: (words, end, lanes) => coded('target', at, () => crossings.everyNode(words, end, lanes)),
});
