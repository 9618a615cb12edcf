import type { CheckedKey, CompareReport } from '../../../shared/model/comparison.ts';
import { namedKeyOf } from '../../../shared/format/named-key.ts';
import type { NamedKeyText } from '../../../shared/model/key-repair.ts';

const idOf = ({ db, key }: NamedKeyText): string => `${db} ${key}`;

/** The report with these keys as they are now: those that are the same by now are no differences any more. */
export function withChecked(report: CompareReport, checked: readonly CheckedKey[]): CompareReport {
  const byId = new Map(checked.map((key) => [idOf(key), key.finding]));
  const gone = new Map<number, number>();
  const names = report.level === 'names';
  const differences = report.differences.flatMap((difference) => {
    const named = namedKeyOf(difference);
    const finding = named && byId.get(idOf(named));
    if (!named || finding === undefined) return [difference];
    const counts = finding !== null && (!names || finding.kind.startsWith('missing'));
    if (counts) return [{ ...difference, ...finding }];
    gone.set(named.db, (gone.get(named.db) ?? 0) + 1);
    return [];
  });
  const differencesTotal = report.differencesTotal - (report.differences.length - differences.length);
  return {
    ...report,
    differences,
    differencesTotal,
    equal: differencesTotal === 0 && report.leftOut.slots.length === 0 && report.sample === undefined,
    databases: report.databases.map((database) => ({
      ...database,
      differing: Math.max(0, database.differing - (gone.get(database.db) ?? 0)),
    })),
  };
}
