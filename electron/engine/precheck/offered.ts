import type { Mend } from '../../../shared/model/precheck.ts';
import { textAt } from '../../../shared/errors/place-words.ts';
import { mend, type Finding, type PricedMend } from './finding.ts';
import type { Relation } from './relation.ts';
import type { Subjects } from './subjects.ts';

interface Ban {
  /** Follows "What could be done on the target is not offered". */
  readonly because: string;
  readonly hurts: (mend: PricedMend) => boolean;
}

const onTarget = ({ where, command }: PricedMend): boolean => where === 'target' && command !== undefined;
const removes = ({ toll }: PricedMend): boolean => toll === 'removes';

/** What would hit the wrong server while the two stand to each other like this. */
const BANS: Readonly<Record<Relation['kind'], Ban | undefined>> = {
  'one-server': {
    because: 'while source and target are the same server: it would be done to the source',
    hurts: onTarget,
  },
  'source-follows-target': {
    because: 'while the source follows the target: the source would lose the same keys',
    hurts: onTarget,
  },
  'target-follows-source': { because: 'while the target follows the source', hurts: removes },
  loop: {
    because: 'while a task copies from the target to the source, which would lose the same keys',
    hurts: removes,
  },
  'two-servers': undefined,
};
const UNTOLD: Ban = {
  because: 'as long as it is not known that source and target are two servers',
  hurts: ({ toll }) => toll !== undefined,
};

/** The mends of a finding that hurt no other server, and a word where one was left out. */
export async function offeredMends({ mends }: Finding, subjects: Subjects): Promise<Mend[]> {
  // Remedies of the catalogue say their commands for any server.
  const shown = ({ where, text, command }: PricedMend): Mend =>
    mend(where, where === 'here' ? text : textAt(text, subjects[where].endpoint), command);
  if (!mends.some(onTarget)) return mends.map(shown);
  const ban = await subjects.relation().then(
    ({ kind }) => BANS[kind],
    () => UNTOLD,
  );
  const harmless = mends.filter((one) => !ban?.hurts(one)).map(shown);
  return harmless.length === mends.length
    ? harmless
    : [...harmless, mend('here', `What could be done on the target is not offered ${ban!.because}.`)];
}
