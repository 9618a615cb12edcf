import { formatCount, formatDuration } from '../format/numbers.ts';
import { isOpen } from './gate.ts';
import type { RehearsalKind, RehearsalReport } from './report.ts';

/** What a rehearsal is judged by. */
export type Criterion = 'completed' | 'rto' | 'rpo' | 'equal' | 'own-check' | 'gate';

export interface Judged {
  readonly criterion: Criterion;
  /** `unknown`: it was not measured, which meets no goal. */
  readonly state: 'met' | 'missed' | 'unknown';
  readonly text: string;
}

export interface Verdict {
  readonly met: boolean;
  readonly judged: readonly Judged[];
}

export type Judgeable = Pick<
  RehearsalReport,
  'kind' | 'goals' | 'rpo' | 'rtoMs' | 'lagSeconds' | 'comparison' | 'ownCheck' | 'gate' | 'failure'
>;

/** By which each kind is judged; what is not asked for by its user is left out in `judgeRehearsal`. */
const CRITERIA: Readonly<Record<RehearsalKind, readonly Criterion[]>> = {
  copy: ['completed', 'equal', 'rpo'],
  failover: ['completed', 'rto', 'rpo', 'own-check'],
  cutover: ['completed', 'gate', 'rto', 'equal'],
};

/** Whether a rehearsal has met its goals, and each of them. All have to be met, and known. */
export function judgeRehearsal(report: Judgeable): Verdict {
  const judged = CRITERIA[report.kind].flatMap((criterion) => JUDGES[criterion](report) ?? []);
  return { met: judged.every(({ state }) => state === 'met'), judged };
}

const JUDGES: Readonly<Record<Criterion, (report: Judgeable) => Judged | undefined>> = {
  completed: ({ failure }) =>
    failure === null
      ? { criterion: 'completed', state: 'met', text: 'It came to its end' }
      : { criterion: 'completed', state: 'missed', text: `It was broken off: ${failure.fact}` },
  rto: ({ rtoMs, goals }) => within('rto', 'Time until the target served', rtoMs, goals.rtoMs),
  rpo: ({ kind, rpo, lagSeconds, goals }) =>
    kind === 'copy'
      ? within('rpo', 'Furthest behind while in step', lagSeconds && lagSeconds.worst * 1000, goals.rpoMs)
      : within('rpo', 'What the target never got', rpo && rpo.seconds * 1000, goals.rpoMs),
  equal: ({ comparison }) => judgeEqual(comparison),
  'own-check': ({ ownCheck }) =>
    ownCheck === null
      ? undefined
      : {
          criterion: 'own-check',
          state: ownCheck.passed ? 'met' : 'missed',
          text: ownCheck.passed ? 'Your own check passed' : 'Your own check failed',
        },
  gate: ({ gate }) => {
    if (gate === null)
      return { criterion: 'gate', state: 'unknown', text: 'The checklist was not looked at' };
    const blocked = gate.filter(({ state }) => state === 'blocks').length;
    return isOpen(gate)
      ? { criterion: 'gate', state: 'met', text: 'Nothing on the checklist stood in the way' }
      : { criterion: 'gate', state: 'missed', text: `${blocked} of the checklist stood in the way` };
  },
};

function within(criterion: Criterion, what: string, ms: number | null, goalMs: number): Judged {
  if (ms === null)
    return {
      criterion,
      state: 'unknown',
      text: `${what}: not measured, the goal is ${formatDuration(goalMs)}`,
    };
  const met = ms <= goalMs;
  return {
    criterion,
    state: met ? 'met' : 'missed',
    text: `${what}: ${formatDuration(ms)}, ${met ? 'within' : 'beyond'} the goal of ${formatDuration(goalMs)}`,
  };
}

function judgeEqual(comparison: Judgeable['comparison']): Judged {
  if (comparison === null)
    return { criterion: 'equal', state: 'unknown', text: 'The two sides were not compared' };
  const { equal, differences, compared } = comparison;
  if (equal)
    return { criterion: 'equal', state: 'met', text: `Compared: ${formatCount(compared)} keys, all equal` };
  return {
    criterion: 'equal',
    state: 'missed',
    text:
      differences > 0
        ? `Compared: ${formatCount(differences)} differences`
        : 'Compared: no difference was found, but some slots did not stand still',
  };
}
