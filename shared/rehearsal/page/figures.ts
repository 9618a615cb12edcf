import { formatBytes, formatCount, formatDuration } from '../../format/numbers.ts';
import type { RehearsalReport, Spread } from '../report.ts';

export interface Figure {
  readonly name: string;
  readonly value: string;
  /** How it was measured, or what it means. */
  readonly note: string;
}

/** What was measured, as far as this kind of rehearsal measures it. */
export function figuresOf(report: RehearsalReport): Figure[] {
  return [...objectives(report), ...copyFigures(report), ...lagFigures(report), ...loadFigures(report)];
}

function objectives({ kind, rtoMs, rpo, ownCheck }: RehearsalReport): Figure[] {
  const figures: Figure[] = [];
  if (rtoMs !== null)
    figures.push({
      name: kind === 'failover' ? 'Recovery time (RTO)' : 'Time without a server to write to',
      value: formatDuration(rtoMs),
      note: kind === 'failover' ? 'from the loss of the source until the target answered' : '',
    });
  if (rpo)
    figures.push({
      name: 'Lost data (RPO)',
      value: `${formatDuration(rpo.seconds * 1000)}, ${formatBytes(rpo.bytes)}`,
      note: describeLoss(rpo),
    });
  if (rpo?.shards && rpo.shards.length > 1) figures.push(lossByShard(rpo.shards));
  if (ownCheck) {
    const status = ownCheck.status === null ? 'no exit status' : `status ${ownCheck.status}`;
    figures.push({
      name: 'Your own check',
      value: formatDuration(ownCheck.tookMs),
      note: `${ownCheck.passed ? 'passed' : 'failed'}, ${status}`,
    });
  }
  return figures;
}

function describeLoss({ bytes: lostBytes, commands, written }: NonNullable<RehearsalReport['rpo']>): string {
  const many = commands === null ? '' : `, about ${formatCount(commands)} commands by their mean size`;
  const found =
    lostBytes === 0
      ? 'the target had all that the source had when it was asked right after the loss'
      : `at most: what the source had when it was asked right after the loss, and the target never got${many}`;
  if (!written) return found;
  const { commandsPerSecond, bytesPerSecond } = written;
  // Right after a copy the bytes of the last seconds are those of the copy.
  const bytes = commandsPerSecond === 0 ? '' : `, ${formatBytes(bytesPerSecond)}/s`;
  return `${found}. The source wrote ${formatCount(commandsPerSecond)} commands/s then${bytes}`;
}

/** More are counted. */
const MOST_SHARDS = 8;

/** Those that lost most first. */
function lossByShard(shards: NonNullable<NonNullable<RehearsalReport['rpo']>['shards']>): Figure {
  const sorted = shards.toSorted((a, b) => b.seconds - a.seconds || b.bytes - a.bytes);
  const told = sorted
    .slice(0, MOST_SHARDS)
    .map(
      ({ slots, seconds, bytes }) =>
        `slots ${shortSlots(slots)}: ${formatDuration(seconds * 1000)}, ${formatBytes(bytes)}`,
    );
  const more = sorted.length - told.length;
  return {
    name: 'Lost, shard by shard',
    value: [...told, ...(more > 0 ? [`… and ${formatCount(more)} more, which lost less`] : [])].join('; '),
    note: 'each shard is cut off by itself; the figure above has their bytes together, and the longest of their times',
  };
}

const shortSlots = (slots: string): string => (slots.length > 40 ? `${slots.slice(0, 40)}…` : slots);

function copyFigures({ copy, comparison }: RehearsalReport): Figure[] {
  const figures: Figure[] = [];
  if (copy)
    figures.push({
      name: 'Copied',
      value: `${formatCount(copy.keys)} keys, ${formatBytes(copy.bytes)}`,
      note: `${formatCount(copy.keysPerSecond)} keys/s, ${formatBytes(copy.bytesPerSecond)}/s over the time of the copy`,
    });
  if (comparison)
    figures.push({
      name: 'Compared',
      value: `${formatCount(comparison.compared)} keys`,
      note: comparison.equal
        ? `all equal, in ${formatDuration(comparison.tookMs)}`
        : `${formatCount(comparison.differences)} differences, in ${formatDuration(comparison.tookMs)}`,
    });
  return figures;
}

function lagFigures({ lagSeconds }: RehearsalReport): Figure[] {
  return lagSeconds
    ? [
        {
          name: 'Behind the source',
          value: describeSpread(lagSeconds, 1000),
          note: 'read once a second from the first moment in step on, and known to a second',
        },
      ]
    : [];
}

function loadFigures({ load }: RehearsalReport): Figure[] {
  if (!load) return [];
  const { before, copying, after } = load.latencyMs;
  const stages = [
    ['before', before],
    ['during the copy', copying],
    ['after it', after],
  ] as const;
  const figures: Figure[] = stages.flatMap(([when, spread]) =>
    spread
      ? [
          {
            name: `The source answers, ${when}`,
            value: describeSpread(spread, 1),
            note: 'round trip of a PING from this machine, twice a second',
          },
        ]
      : [],
  );
  if (load.forkMs !== null)
    figures.push({
      name: 'Fork of the source',
      value: formatDuration(load.forkMs),
      note: 'nothing was answered meanwhile',
    });
  if (load.replicaBufferBytes !== null)
    figures.push({
      name: 'Output buffers for replicas',
      value: formatBytes(load.replicaBufferBytes),
      note: 'the most that the source held, ours among others',
    });
  return figures;
}

/** `scale`: from its unit to ms. */
function describeSpread({ p50, p99, worst }: Spread, scale: number): string {
  const text = (reading: number): string => milliseconds(reading * scale);
  return `half at most ${text(p50)}, 99 % at most ${text(p99)}, worst ${text(worst)}`;
}

const milliseconds = (ms: number): string => (ms > 0 && ms < 10 ? `${ms.toFixed(1)} ms` : formatDuration(ms));
