import { describe, expect, it } from 'vitest';
import {
  EXPIRY_STATES,
  jointState,
  leastBound,
  walks,
  writtenBound,
  type ExpiryState,
} from '../../../../shared/model/expiry-machine.ts';

/** What keys may bear in a state, the least first. */
const BEARS: Readonly<Record<ExpiryState, readonly string[]>> = {
  exact: ['exact'],
  imported: ['exact'],
  holding: ['exact', 'long'],
  long: ['long'],
  shortening: ['small', 'long'],
  small: ['small'],
  lengthening: ['small', 'long'],
  releasing: ['exact', 'small', 'long'],
};
const ORDER = ['exact', 'small', 'long'];
const pairs = EXPIRY_STATES.flatMap((own) => EXPIRY_STATES.map((told) => [own, told] as const));

describe('what holds where the checkpoint and a lane say different things', () => {
  it.each<readonly [ExpiryState, ExpiryState, ExpiryState]>([
    ['small', 'long', 'shortening'],
    ['long', 'small', 'shortening'],
    ['long', 'shortening', 'shortening'],
    ['small', 'shortening', 'shortening'],
    ['shortening', 'small', 'shortening'],
    ['long', 'lengthening', 'lengthening'],
    ['small', 'lengthening', 'lengthening'],
    ['lengthening', 'long', 'lengthening'],
    ['shortening', 'lengthening', 'lengthening'],
    ['long', 'releasing', 'releasing'],
    ['small', 'exact', 'releasing'],
  ])('of %s and %s it is %s', (own, told, joint) => {
    expect(jointState(own, [own, told])).toBe(joint);
  });

  it.each(pairs)('of %s and %s nothing is less late than it says', (own, told) => {
    const joint = jointState(own, [told]);
    // Times that the checkpoint knows to be exact are late at the most where a lane has not heard of it.
    const bears = leastBound(own) === 'exact' ? BEARS[own] : [...BEARS[own], ...BEARS[told]];
    for (const bound of bears)
      expect(ORDER.indexOf(leastBound(joint))).toBeLessThanOrEqual(ORDER.indexOf(bound));
    if (leastBound(own) === 'exact') expect(joint).toBe(own);
    // Keys that bear something else than is written are walked to.
    else if (bears.some((bound) => bound !== writtenBound(joint))) expect(walks(joint)).toBe(true);
  });

  it('stays what it is where all say the same, or nobody else says anything', () => {
    for (const own of EXPIRY_STATES) {
      expect(jointState(own, [own, own])).toBe(own);
      expect(jointState(own, [])).toBe(own);
    }
  });
});
