import { formatCount } from '../../../../shared/format/numbers.ts';
import { readCommandCalls } from '../command-calls.ts';
import { forecastCrossings, type CrossingCost, type CrossingForecast } from '../crossing-forecast.ts';
import { notice, pass, warning, type Finding } from '../finding.ts';
import type { Check } from '../subjects.ts';
import { databasesOfTarget } from '../target-databases.ts';

/** Commands that a sentence names one by one. */
const MOST_NAMED = 6;

/** What the commands of several keys that the source has run since it started will cost on a target that is a cluster. */
export const clusterCommands: Check = async ({ source, target }) => {
  if ((await source.identity()).cluster) return judgeFlushes(await readCommandCalls(source));
  if (!(await target.identity()).cluster) return pass('The target is one server.');
  const several = (await databasesOfTarget(target)) > 1;
  return judgeCrossings(forecastCrossings(await readCommandCalls(source), await source.commands(), several));
};

/** Of a cluster, whose commands each have their keys in one slot. A flush alone concerns more. @param calls see readCommandCalls */
export function judgeFlushes(calls: ReadonlyMap<string, number>): Finding {
  const alone = 'The source is a cluster, which runs no command across slots.';
  const flushes = ['flushall', 'flushdb', 'sflush'].filter((name) => calls.has(name));
  if (flushes.length === 0) return pass(alone);
  const named = flushes.map((name) => `${name.toUpperCase()} (${formatCount(calls.get(name)!)})`);
  return notice(
    `${alone} Run since its nodes started: ${named.join(', ')}: the keys of that shard are removed from the target page by page, while what the shard has written after it waits.`,
  );
}

export function judgeCrossings(forecast: readonly CrossingForecast[]): Finding {
  const of = (cost: CrossingCost): string => listed(forecast.filter((one) => one.cost === cost));
  const sentences = Object.entries(WORDS)
    .map(([cost, words]) => [of(cost as CrossingCost), words] as const)
    .filter(([list]) => list !== '')
    .map(([list, words]) => `${list}: ${words}`);
  if (sentences.length === 0) return pass('The source has run none since it started.');
  const text = `Run on the source since it started, with one key or several: ${sentences.join(' ')}`;
  if (of('refused') !== '') return warning(text);
  return of('carried') === '' ? pass(text) : notice(text);
}

const WORDS: Readonly<Record<CrossingCost, string>> = {
  refused: 'where their keys lie in several slots, or databases, the task stops there.',
  carried:
    'exact; the target waits for each whose keys lie in several slots, while values go from node to node.',
  'every-node': 'done on every node; the target waits for each.',
  divided: 'each node gets its part, at no cost to speak of.',
};

function listed(forecast: readonly CrossingForecast[]): string {
  const named = forecast
    .slice(0, MOST_NAMED)
    .map(({ name, calls }) => `${name.toUpperCase()} (${formatCount(calls)})`);
  const more = forecast.length - named.length;
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ');
}
