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
  goals: 'rehearse: a goal was missed, or something stood in the way',
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

/** The part of the help that stands below the options of every command. */
export function describeSurroundings(): string {
  const names = Object.keys(EXIT) as (keyof typeof EXIT)[];
  const statuses = names.map((name) => `  ${String(EXIT[name]).padEnd(4)}${MEANINGS[name]}`);
  return `
Environment:
  LOCKSTEP_SOURCE_PASSWORD  password for the source, unless its address has one
  LOCKSTEP_TARGET_PASSWORD  the same for the target, or for each of several
  LOCKSTEP_TARGET_2_PASSWORD
                            the same for the second --target alone, and so on; empty for none
  LOCKSTEP_SOURCE_SENTINEL_PASSWORD, LOCKSTEP_TARGET_SENTINEL_PASSWORD, LOCKSTEP_TARGET_2_SENTINEL_PASSWORD
                            passwords for their Sentinels
  NODE_EXTRA_CA_CERTS       file of the authorities to trust for rediss://
  LOCKSTEP_DATA_DIR         serve and tasks: the folder of --data-dir
  LOCKSTEP_STACKS           1 prints where in the program an unforeseen fault arose, for a report of it

Exit statuses:
${statuses.join('\n')}
  141 whoever read the output has gone, as after "| head"

Every failure prints a code, what happened, why, and what to do.`;
}
