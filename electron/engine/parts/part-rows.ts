import type { Metrics, Phase } from '../../../shared/model/metrics.ts';
import { SlotSet } from '../router/slot-set.ts';
import type { PartFigures } from './joint-metrics.ts';

/** A part that is run, as far as it is shown. */
export interface ShownPart {
  readonly number: number;
  readonly phase: Phase;
  /** It has got past its connections, so its figures are its own. */
  readonly underWay: boolean;
  /** It was begun in the middle of a run of the task. */
  readonly goesOn: boolean;
  readonly figures: PartFigures;
}

/** A part as it stood when it was ended to be begun anew. */
interface Former {
  readonly part: ShownPart;
  readonly figures: PartFigures;
  readonly atMs: number;
}

const NO_FLOW = { commandsPerSecond: 0, bytesPerSecond: 0, commands: 0, bytes: 0 };
/** Nothing is written to the nodes of the target but what a copy has. */
const COPYING: ReadonlySet<Phase> = new Set(['receiving', 'asking', 'full-copy', 'clearing']);

/** What a phase becomes when its part is ended. Whether one that was paused had been copied is not known here. */
const MEANWHILE: Readonly<Partial<Record<Phase, Phase>>> = {
  'in-step': 'catching-up',
  paused: 'connecting',
};
const phaseMeanwhile = ({ figures: { phase } }: Pick<Former, 'figures'>): Phase => MEANWHILE[phase] ?? phase;

/** How each part of a task is shown, also over the moments in which it is begun anew since slots have moved. */
export class PartRows {
  private readonly former = new Map<number, Former>();
  /** What each has copied before it was begun anew. */
  private readonly copies = new Map<number, Metrics['copy']>();

  /** To be told before it is ended. */
  leaves(part: ShownPart, nowMs: number): void {
    const figures = this.rowOf(part, nowMs);
    this.former.set(part.number, { part, figures, atMs: nowMs });
    const { copy } = figures.metrics;
    if (hasCopied(copy)) this.copies.set(part.number, { ...copy, remainingMs: undefined });
  }

  /** Its shard is gone, and nobody begins it anew. */
  forget(number: number): void {
    this.former.delete(number);
    this.copies.delete(number);
  }

  /** What is done for the task as a whole: it catches up while slots are taken up. A copy that was broken off is still one. */
  phases(parts: readonly ShownPart[]): Phase[] {
    return [...parts.map((part) => this.phaseOf(part)), ...this.between(parts).map(phaseMeanwhile)];
  }

  /** A row for each, in the order of their numbers. `parts`: those that are run. */
  figures(parts: readonly ShownPart[], nowMs: number): PartFigures[] {
    return [
      ...parts.map((part) => this.rowOf(part, nowMs)),
      ...this.between(parts).map((former) => standingStill(former, nowMs)),
    ].sort((a, b) => a.number - b.number);
  }

  /** Those that have ended, and are not begun yet. */
  private between(parts: readonly ShownPart[]): Former[] {
    const running = new Set(parts.map(({ number }) => number));
    return [...this.former].flatMap(([number, former]) => (running.has(number) ? [] : [former]));
  }

  private phaseOf(part: ShownPart): Phase {
    const { number, phase, underWay, goesOn } = part;
    const former = this.former.get(number);
    if (!underWay && phase === 'connecting')
      return former ? phaseMeanwhile(former) : goesOn ? 'catching-up' : phase;
    return former?.part === part && phase !== 'paused' ? (MEANWHILE[phase] ?? phase) : phase;
  }

  private rowOf(part: ShownPart, nowMs: number): PartFigures {
    const { number, underWay } = part;
    const figures = this.withCopy(part);
    const former = this.former.get(number);
    if (!former) return figures;
    const still = standingStill(former, nowMs);
    const phase = this.phaseOf(part);
    if (!underWay)
      return { ...still, phase, at: figures.at, slots: bothOf(former.figures.slots, figures.slots) };
    if (former.part === part)
      return { ...figures, phase, anew: true, metrics: filled(figures.metrics, still.metrics) };
    if (COPYING.has(phase) || figures.metrics.lanes || !still.metrics.lanes) {
      if (isCounted(figures.metrics)) this.former.delete(number);
      return counted(figures, still);
    }
    const { lanes } = still.metrics;
    const row = counted(figures, still);
    return { ...row, metrics: { ...row.metrics, lanes } };
  }

  /** A run that goes on from a checkpoint copies nothing, and what was copied before is there. */
  private withCopy({ number, figures }: ShownPart): PartFigures {
    const copy = this.copies.get(number);
    if (!copy || COPYING.has(figures.phase) || hasCopied(figures.metrics.copy)) return figures;
    return { ...figures, metrics: { ...figures.metrics, copy } };
  }
}

/** Of a snapshot. */
const hasCopied = ({ bytesDone, keysDone }: Metrics['copy']): boolean => bytesDone > 0 || keysDone > 0;

const isCounted = ({ countedAtMs }: Metrics): boolean => countedAtMs !== undefined;

/** With the keys of both sides as they were counted last. */
function counted(own: PartFigures, still: PartFigures): PartFigures {
  if (isCounted(own.metrics)) return own;
  const { databases, countedAtMs } = still.metrics;
  return { ...own, ownKeys: still.ownKeys, metrics: { ...own.metrics, databases, countedAtMs } };
}

/** What it does not tell any more. */
const filled = (own: Metrics, still: Metrics): Metrics => ({
  ...own,
  ...(isCounted(own) ? {} : { databases: still.databases, countedAtMs: still.countedAtMs }),
  ...(own.lanes || !still.lanes ? {} : { lanes: still.lanes }),
});

/** The slots that it had, and is to have. */
function bothOf(former: string, next: string): string {
  const [one, other] = [SlotSet.parse(former), SlotSet.parse(next)];
  return one && other ? String(one.and(other)) : next;
}

/**
 * While nothing is done for it. Nobody asks its shard meanwhile, so it is behind by all of that time. What it had done and met counts
 * among what has ended.
 */
function standingStill({ figures, atMs }: Former, nowMs: number): PartFigures {
  const { metrics } = figures;
  const { lag, copy, lanes } = metrics;
  const phase = phaseMeanwhile({ figures });
  return {
    ...figures,
    phase,
    anew: true,
    metrics: {
      ...metrics,
      atMs: nowMs,
      phase,
      copy: { ...copy, remainingMs: undefined },
      read: NO_FLOW,
      applied: NO_FLOW,
      // Which is all that could be told of it.
      sourceAtMs: nowMs,
      lag: { ...lag, seconds: lag.seconds + Math.max(0, nowMs - atMs) / 1000 },
      spool: { bytes: 0, diskBytes: 0 },
      faults: 0,
      ...(lanes && { lanes: lanes.map((lane) => ({ ...lane, commandsPerSecond: 0 })) }),
    },
  };
}
