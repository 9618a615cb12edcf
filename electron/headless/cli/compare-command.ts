import { visibleLines } from '../../../shared/format/visible.ts';
import { EXIT } from '../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeLeftOut } from '../../../shared/format/left-out.ts';
import { placed } from './placed.ts';
import { sampleSizeSchema, type SampleSize } from '../../../shared/model/comparison-choice.ts';
import { describeSample } from '../../../shared/format/sample-words.ts';
import { describeVerdict } from '../../../shared/format/verdict-words.ts';
import { databaseName } from '../../../shared/format/database-name.ts';
import { formatCount, formatDuration } from '../../../shared/format/numbers.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import { compareServers } from '../../engine/verify/compare-servers.ts';
import { slotsThatDiffer } from '../../../shared/format/differing-slots.ts';
import {
  compareLevelSchema,
  type CompareLevel,
  type CompareReport,
  type DatabaseReport,
  type Difference,
  type ShardReport,
  type SlotRangeReport,
  type SlotReport,
} from '../../../shared/model/comparison.ts';
import { shownValue } from './usage-error.ts';
import { stopSignal } from './stop-signal.ts';
import { keepYoungSpaceSmall } from '../../engine/world/young-space.ts';
import { contentsLines } from './contents-lines.ts';
import type { OutputEnd } from './output-end.ts';
import { liveProgress, parsePace } from './compare-progress.ts';
import { prefixLines } from './prefix-lines.ts';
import { readEndpoints, type AddressFlags, type MapFlags } from './read-endpoints.ts';
import { systemWorld } from '../../engine/world/system-world.ts';

export interface CompareFlags extends AddressFlags, MapFlags {
  readonly db?: string;
  readonly json?: boolean;
  readonly level?: string;
  readonly sample?: string;
  /** True where it stands without a delimiter. */
  readonly byPrefix?: string | true;
  readonly memory?: boolean;
  readonly contents?: boolean;
  readonly maxKeysPerSecond?: string;
}

/** Runs `compare`. @returns 0 when both sides are equal, 1 when not; @throws LockstepError */
export async function compareCommand(flags: CompareFlags, output: OutputEnd): Promise<number> {
  const { source, target, databases, databaseMap } = readEndpoints(flags, process.env);
  const level = parseLevel(flags.level);
  const byPrefix = parseByPrefix(flags, level);
  const contents = flags.contents === true;
  if (contents && level === 'count')
    throw new LockstepError('USAGE', '--contents is for --level names, values or sample');
  const sample = parseSample(flags.sample, level);
  const pace = parsePace(flags.maxKeysPerSecond);
  const json = flags.json === true;
  const live = !json && process.stderr.isTTY;
  keepYoungSpaceSmall();
  const signal = stopSignal(output);
  if (!json) process.stderr.write(`Comparing ${describeEndpoint(source)} with ${describeEndpoint(target)}\n`);
  const report = await placed({ source, target }, () =>
    compareServers({
      world: systemWorld,
      source,
      target,
      databases,
      databaseMap,
      ...{ byPrefix, level, sample, contents },
      ...{ pace, signal },
      ...(live && { onProgress: liveProgress() }),
    }),
  );
  if (live) process.stderr.write('\r\x1b[2K');
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${visibleLines(describeReport(report))}\n`);
  return report.equal ? EXIT.ok : EXIT.different;
}

/** What has become of keys that both sides have. */
const HOW = { values: 'compared', names: 'on both', sample: 'compared' } as const;

/** The report as text: a line per database, then the first differences. */
export function describeReport(report: CompareReport): string {
  const lines = report.databases.map((database) => describeDatabase(database, report.level));
  for (const side of ['source', 'target'] as const)
    for (const shard of report.shards[side]) lines.push(describeShard(side, shard));
  if (report.slots) lines.push(...describeSlotRanges(report.slots));
  if (report.byPrefix) lines.push(...prefixLines(report.byPrefix));
  if (report.contents)
    for (const side of ['source', 'target'] as const)
      lines.push(...contentsLines(`The ${side}`, report.contents[side]));
  for (const difference of report.differences) lines.push(describeDifference(difference, report));
  const hidden = report.differencesTotal - report.differences.length;
  if (hidden > 0) lines.push(`  … and ${formatCount(hidden)} more`);
  if (report.sample) lines.push(describeSample(report.sample));
  lines.push(describeLeftOut(report), `${verdictOf(report)} (${formatDuration(report.durationMs)})`);
  return lines.join('\n');
}

function describeDatabase(
  { db, sourceDb, sourceKeys, targetKeys, compared, differing, expires }: DatabaseReport,
  level: CompareLevel,
): string {
  const counted = `Database ${databaseName(db, sourceDb)}: ${formatCount(sourceKeys)} keys on the source, ${formatCount(targetKeys)} on the target`;
  return level === 'count'
    ? `${counted}; with an expiry ${formatCount(expires?.source ?? 0)} and ${formatCount(expires?.target ?? 0)}`
    : `${counted}, ${formatCount(compared)} ${HOW[level]}, ${formatCount(differing)} differ`;
}

/** @throws LockstepError USAGE */
function parseLevel(flag = 'values'): CompareLevel {
  const known = compareLevelSchema.safeParse(flag);
  if (!known.success)
    throw new LockstepError('USAGE', `--level is count, names, values or sample, not ${shownValue(flag)}`);
  return known.data;
}

/** `20000` keys, or `1%` of all. @throws LockstepError USAGE */
function parseSample(flag: string | undefined, level: CompareLevel): SampleSize | undefined {
  if (flag === undefined) return undefined;
  if (level !== 'sample') throw new LockstepError('USAGE', '--sample is for --level sample');
  const [, number, percent] = /^(\d{1,10}(?:\.\d{1,6})?)(%?)$/.exec(flag) ?? [];
  const size = percent === '%' ? { share: Number(number) / 100 } : { keys: Number(number) };
  const known = sampleSizeSchema.safeParse(size);
  if (known.success) return known.data;
  throw new LockstepError(
    'USAGE',
    `--sample is a number of keys such as 20000, or a share such as 1%, not ${shownValue(flag)}`,
  );
}

/** @throws LockstepError USAGE */
function parseByPrefix(
  { byPrefix, memory = false }: CompareFlags,
  level: CompareLevel,
): { readonly delimiter?: string; readonly memory: boolean } | undefined {
  if (memory && (byPrefix === undefined || level === 'count'))
    throw new LockstepError('USAGE', '--memory is for --by-prefix, with --level names, values or sample');
  if (byPrefix === undefined) return undefined;
  if (byPrefix === true) return { memory };
  if (!/^[\x21-\x7e]$/.test(byPrefix))
    throw new LockstepError('USAGE', '--by-prefix takes one character that divides names, such as :');
  return { delimiter: byPrefix, memory };
}

function verdictOf(report: CompareReport): string {
  const { equal, level, differencesTotal } = report;
  if (equal) return level === 'values' ? 'Equal' : describeVerdict(report);
  const least = level === 'count' ? 'at least ' : '';
  if (differencesTotal > 0) return `Not equal: ${least}${formatCount(differencesTotal)} differences`;
  return 'Not certain: no differences were found, and some slots did not stand still';
}

const describeShard = (
  side: 'source' | 'target',
  { primary, slots, sourceKeys, targetKeys, compared, differing }: ShardReport,
): string =>
  `  Shard ${primary} of the ${side}, slots ${slots}: ${formatCount(sourceKeys)} keys on the source, ` +
  `${formatCount(targetKeys)} on the target, ${formatCount(compared)} compared, ${formatCount(differing)} differ`;

/** A line each; of many the first. */
const MOST_RANGE_LINES = 20;

function describeSlotRanges(report: SlotReport): string[] {
  const told = report.ranges.slice(0, MOST_RANGE_LINES);
  const more = report.rangesTotal - told.length;
  return [
    ...told.map((range) => describeSlotRange(range, report)),
    ...(more > 0 ? [`  … and ${formatCount(more)} more ranges of slots with keys that differ`] : []),
  ];
}

function describeSlotRange(range: SlotRangeReport, report: SlotReport): string {
  const { slots, source, target, differing } = range;
  const of = [source && `${source} on the source`, target && `${target} on the target`].filter(Boolean);
  return `  Slots ${slots} (${of.join(', ')}): ${formatCount(differing)} differ, in ${slotsThatDiffer(range, report)}`;
}

function describeDifference(
  { kind, db, key, source, target }: Difference,
  { databases }: CompareReport,
): string {
  const sourceDb = databases.find((one) => one.db === db)?.sourceDb;
  const where = db === null ? 'function library' : `database ${databaseName(db, sourceDb)}, key`;
  return `  ${kind}: ${where} ${key}\n    source: ${source}\n    target: ${target}`;
}
