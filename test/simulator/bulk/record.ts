import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../../..');

/** Histories that were run whole, by what of the repository they were run. */
export interface Recorded {
  readonly commit: string;
  readonly kind: string;
  readonly first: number;
  readonly last: number;
  readonly wrong: readonly number[];
}

/** Where the repository stands; with a `+` where something was changed since. */
export function commitHere(): string {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', 'electron', 'shared', 'test/simulator') !== '';
  return `${git('rev-parse', '--short', 'HEAD')}${changed ? '+' : ''}`;
}

/** One line, without a date: `commit kind first last ok`, or `failed` and the seeds. */
export const recordLine = ({ commit, kind, first, last, wrong }: Recorded): string =>
  [commit, kind, first, last, ...(wrong.length === 0 ? ['ok'] : ['failed', ...wrong])].join(' ');

export function readRecord(line: string): Recorded {
  const [commit = '', kind = '', first, last, how, ...wrong] = line.split(' ');
  if (!/^\d+$/.test(first ?? '') || !/^\d+$/.test(last ?? '') || (how !== 'ok' && how !== 'failed'))
    throw new Error(`no record of histories: ${line}`);
  return { commit, kind, first: Number(first), last: Number(last), wrong: wrong.map(Number) };
}

export const appendRecord = (file: string, recorded: Recorded): void =>
  appendFileSync(file, `${recordLine(recorded)}\n`);

/** All runs of a file together, kind by kind: how many histories, over which seeds, and those that were wrong. */
export function sumOf(lines: readonly string[]): string[] {
  const kinds = new Map<string, Recorded[]>();
  for (const recorded of lines.map(readRecord))
    kinds.set(recorded.kind, [...(kinds.get(recorded.kind) ?? []), recorded]);
  return [...kinds].map(([kind, runs]) => {
    const seeds = new Set<number>();
    let run = 0;
    for (const { first, last } of runs) for (let seed = first; seed <= last; seed++, run++) seeds.add(seed);
    const wrong = runs.flatMap(({ commit, wrong: those }) => those.map((seed) => `${seed} (${commit})`));
    const commits = new Set(runs.map(({ commit }) => commit)).size;
    const told = `${kind}: ${run} histories of ${seeds.size} seeds at ${commits} commits`;
    return wrong.length === 0 ? `${told}, all as they should be` : `${told}; wrong: ${wrong.join(', ')}`;
  });
}

export const sumOfFile = (file: string): string[] => sumOf(readFileSync(file, 'utf8').trim().split('\n'));
