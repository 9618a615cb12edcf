import { formatCount } from '../../../shared/format/numbers.ts';
import type { ServerSummary } from '../../../shared/model/server-summary.ts';

export const DISAGREEING = 'The Sentinels do not all say so';

/** `mymaster is 10.0.0.1:6379, named by 2 of 3 Sentinels` */
export function describePrimary(name: string, { foundAt, sentinels }: ServerSummary): string {
  // Asked under the address of a server, before that was changed.
  if (!sentinels) return '–';
  const agreeing = sentinels.filter(({ names }) => names === foundAt).length;
  const all = `${formatCount(sentinels.length)} ${sentinels.length === 1 ? 'Sentinel' : 'Sentinels'}`;
  return `${name.trim()} is ${foundAt}, named by ${formatCount(agreeing)} of ${all}`;
}

/** What the Sentinels say that is not the same, as sentences; none where all agree, or none was asked. */
export function sentinelTroubles(summary: ServerSummary | null): string[] {
  if (!summary?.sentinels) return [];
  const { foundAt, sentinels } = summary;
  return sentinels.flatMap(({ address, names, fault }) => {
    if (names === foundAt) return [];
    return names === null ? [`${fault?.fact ?? address}.`] : [`${address} names ${names}.`];
  });
}
