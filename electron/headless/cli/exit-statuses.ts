import { EXIT } from '../../../shared/errors/catalogue.ts';

const MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done as asked; compare and demo: both sides are equal',
  different:
    'compare and demo: the sides differ; sync: the target has evicted keys; tasks status: it has failed, or the sides differ',
  usage: 'the command cannot be understood, or its two addresses lead to the same data',
  source: 'the source cannot be reached, or refuses, or cannot be a source',
  target: 'the target cannot be reached, or refuses, or cannot be a target',
  local: 'this machine: the buffer, or --retry-for has passed',
  data: 'the data: a damaged snapshot, or something that the target cannot hold',
  interrupted: 'stopped before both sides were in step',
  goals: 'rehearse: a goal was missed, or something stood in the way; precheck: a check failed',
  internal: 'a fault in Lockstep itself',
};

/** From what needs nothing up to what needs most: a command with several ends has the status of the worst. */
const BY_WEIGHT: readonly number[] = [
  EXIT.ok,
  EXIT.interrupted,
  EXIT.different,
  EXIT.goals,
  EXIT.source,
  EXIT.target,
  EXIT.local,
  EXIT.data,
  EXIT.usage,
  EXIT.internal,
];

/** How a command ends whose parts have ended like this. */
export const worstOf = (statuses: readonly number[]): number =>
  statuses.reduce((worst, one) => (BY_WEIGHT.indexOf(one) > BY_WEIGHT.indexOf(worst) ? one : worst), EXIT.ok);

/** A line for each status. */
export function describeStatuses(): string {
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[];
  return [
    ...names.map((name) => `  ${String(EXIT[name]).padEnd(4)}${MEANINGS[name]}`),
    '  141 whoever read the output has gone, as after "| head"',
  ].join('\n');
}
