import type { CheckedKey, CompareReport, Difference } from '../../../shared/model/comparison.ts';
import { nameOfPrintable } from '../../../shared/format/printable-name.ts';
import type { NamedKeyText } from '../../../shared/model/key-repair.ts';

/** A key that was found different, by all bytes of its name; undefined for a library, and for a name that is not known whole. */
export function namedKeyOf({ db, key, keyBase64 }: Difference): NamedKeyText | undefined {
  const name = keyBase64 ?? nameOfPrintable(key);
  return db === null || name === undefined ? undefined : { db, key: name };
}

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
