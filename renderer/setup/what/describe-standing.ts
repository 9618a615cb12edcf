import { formatCount } from '../../../shared/format/numbers.ts';
import type { ServerSummary } from '../../../shared/model/server-summary.ts';

const keys = (count: number): string => `${formatCount(count)} ${count === 1 ? 'key' : 'keys'}`;

/** What a target holds in the databases that are taken (null: all), as the rest of a sentence that names the target. */
export function describeStanding(summary: ServerSummary | null, databases: readonly number[] | null): string {
  if (summary === null) return 'could not be asked, so it is not known what is there.';
  const standing = summary.databases.filter(
    (database) => database.keys > 0 && (databases === null || databases.includes(database.db)),
  );
  const where = databases === null ? '' : ' in these databases';
  if (standing.length === 0) return `holds no keys${where} now.`;
  const total = standing.reduce((sum, database) => sum + database.keys, 0);
  if (standing.length === 1) return `holds ${keys(total)} in database ${standing[0]!.db} now.`;
  const each = standing.map((database) => `${formatCount(database.keys)} in database ${database.db}`);
  return `holds ${keys(total)}${where} now: ${each.join(', ')}.`;
}
