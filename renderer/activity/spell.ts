import { ERROR_CATALOGUE } from '../../shared/errors/catalogue.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import { STATUS_WORDS } from '../../shared/format/task-status.ts';
import type { Activity, ActivityBand, ActivityComparison, BandStatus } from '../../shared/model/activity.ts';
import type { TaskStatus } from '../../shared/model/task-status.ts';

/** What there is to tell apart on the strip. */
export const SPELL_KINDS = [
  'in-step',
  'copy',
  'recopy',
  'catching-up',
  'paused',
  'outage',
  'differs',
  'failed',
  'changing',
  'stopped',
  'unrecorded',
  'comparison',
  'fault',
] as const;
export type SpellKind = (typeof SPELL_KINDS)[number];

/** Something that a task was, that was done to it, or that befell it. */
export interface Spell {
  readonly key: string;
  readonly kind: SpellKind;
  /** What it is called, as the badge calls it. */
  readonly word: string;
  readonly fromMs: number;
  /** The same as `fromMs` for what has no length. */
  readonly toMs: number;
  /** It has not ended. */
  readonly lasts: boolean;
}

const KINDS: Readonly<Record<BandStatus, SpellKind>> = {
  starting: 'changing',
  connecting: 'changing',
  receiving: 'copy',
  asking: 'copy',
  'full-copy': 'copy',
  clearing: 'copy',
  'catching-up': 'catching-up',
  'in-step': 'in-step',
  // Until it is paused or stopped, commands are sent.
  pausing: 'changing',
  stopping: 'changing',
  releasing: 'changing',
  paused: 'paused',
  retrying: 'outage',
  restarting: 'outage',
  partial: 'outage',
  unheard: 'outage',
  differs: 'differs',
  failed: 'failed',
  stopped: 'stopped',
  completed: 'stopped',
  closed: 'unrecorded',
};

const kindOf = ({ status, copy = 1 }: ActivityBand): SpellKind =>
  KINDS[status] === 'copy' && copy > 1 ? 'recopy' : KINDS[status];

function wordOf({ status, copy = 1 }: ActivityBand): string {
  if (status === 'closed') return 'Not recorded: Lockstep did not run';
  if (KINDS[status] === 'copy')
    return copy > 1 ? `Full copy again (number ${copy})` : STATUS_WORDS['full-copy'];
  return STATUS_WORDS[status];
}

/** What is known of a task now that its record may not hold yet: its page judges by itself when nothing is reported. */
export interface PresentStatus {
  readonly status: TaskStatus;
  /** Since when, at the latest. */
  readonly sinceMs: number;
}

/** The record as it is shown, oldest first; the last of its bands lasts until `nowMs` or gives way to what the page knows. */
export function spellsOf(activity: Activity, present: PresentStatus, nowMs: number): readonly Spell[] {
  const spells: Spell[] = [];
  for (const band of withPresent(activity, present, nowMs)) {
    const spell = { kind: kindOf(band), word: wordOf(band) };
    const before = spells.at(-1);
    const toMs = Math.max(band.toMs ?? nowMs, band.fromMs);
    // The steps of one copy are one thing, and so are those of an outage; another copy is another one.
    if (before?.kind === spell.kind && before.toMs >= band.fromMs && isOne(before, spell))
      spells[spells.length - 1] = { ...before, word: spell.word, toMs, lasts: band.toMs === null };
    else
      spells.push({
        ...spell,
        key: `band ${band.fromMs}`,
        fromMs: band.fromMs,
        toMs,
        lasts: band.toMs === null,
      });
  }
  return spells;
}

const isOne = (before: Pick<Spell, 'word'>, { kind, word }: Pick<Spell, 'kind' | 'word'>): boolean =>
  kind !== 'recopy' || before.word === word;

function withPresent({ bands }: Activity, present: PresentStatus, nowMs: number): readonly ActivityBand[] {
  const last = bands.at(-1);
  if (!last || last.status === present.status) return bands;
  const fromMs = Math.min(nowMs, Math.max(last.fromMs, present.sinceMs));
  // Another step of the same copy keeps its number.
  const copy = KINDS[present.status] === 'copy' ? { copy: last.copy ?? 1 } : {};
  const before = fromMs === last.fromMs ? [] : [{ ...last, toMs: fromMs }];
  return [...bands.slice(0, -1), ...before, { status: present.status, fromMs, toMs: null, ...copy }];
}

/** Comparisons as spells of their own: they run beside whatever the task does. */
export const comparisonSpells = ({ comparisons }: Activity, nowMs: number): readonly Spell[] =>
  comparisons.map((comparison) => ({
    key: `comparison ${comparison.fromMs}`,
    kind: 'comparison',
    word: comparisonWord(comparison),
    fromMs: comparison.fromMs,
    toMs: Math.max(comparison.toMs ?? nowMs, comparison.fromMs),
    lasts: comparison.toMs === null,
  }));

const LEVEL_WORDS: Readonly<Record<ActivityComparison['level'], string>> = {
  count: 'Comparison of counts',
  names: 'Comparison of names',
  values: 'Comparison',
  sample: 'Comparison of a sample',
};

function comparisonWord({ level, outcome, differences }: ActivityComparison): string {
  const what = LEVEL_WORDS[level];
  switch (outcome) {
    case 'running':
      return `${what}, under way`;
    case 'failed':
      return `${what}, failed`;
    case 'cancelled':
      return `${what}, cancelled`;
    case 'done':
      if (differences === null) return what;
      if (differences === 0) return `${what}: no differences`;
      return `${what}: ${formatCount(differences)} ${differences === 1 ? 'difference' : 'differences'}`;
  }
}

/** Faults, moment by moment; of those that come at the same time each one. */
export const faultSpells = ({ faults }: Activity): readonly Spell[] =>
  faults.map(({ atMs, code }, index) => ({
    key: `fault ${atMs} ${index}`,
    kind: 'fault',
    word: ERROR_CATALOGUE[code].title,
    fromMs: atMs,
    toMs: atMs,
    lasts: false,
  }));

/** What there was at a moment, give or take half a step. */
export const spellsAt = (spells: readonly Spell[], atMs: number, stepMs: number): readonly Spell[] =>
  spells.filter(({ fromMs, toMs }) => fromMs - stepMs / 2 <= atMs && atMs <= toMs + stepMs / 2);
