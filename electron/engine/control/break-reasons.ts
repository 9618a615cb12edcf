import { formatBytes, formatCount } from '../../../shared/format/numbers.ts';

/** Past this share of maxmemory a source is said to be full. */
const FULL_SHARE = 0.95;

type Info = ReadonlyMap<string, string>;

/** The sections of INFO that `breakReasons` reads. */
export const BREAK_SECTIONS = ['server', 'stats', 'persistence', 'memory'];

/**
 * What a source tells by itself of links that break: INFO as it is now, and as it was when the link broke before. Each reason in
 * words that follow "the source says:". Empty where it tells none.
 */
export function breakReasons(now: Info, before: Info | undefined): string[] {
  const reasons: string[] = [];
  if (before !== undefined && before.get('run_id') !== now.get('run_id'))
    reasons.push('it was restarted meanwhile');
  else {
    const closed = numberOf(now, BUFFER_FULL) - numberOf(before, BUFFER_FULL);
    if (closed > 0)
      reasons.push(
        `it has closed ${formatCount(closed)} ${closed === 1 ? 'connection' : 'connections'} since then, as what it had to send was more than its output buffer may hold (client-output-buffer-limit)`,
      );
  }
  if (now.get('loading') === '1') reasons.push('it is loading its data');
  if (now.get('rdb_last_bgsave_status') === 'err')
    reasons.push('its last background save failed, and a full copy begins with one (its log says why)');
  const [used, most] = [numberOf(now, 'used_memory'), numberOf(now, 'maxmemory')];
  if (most > 0 && used >= FULL_SHARE * most)
    reasons.push(`its memory is full: ${formatBytes(used)} of ${formatBytes(most)} (maxmemory)`);
  return reasons;
}

/** Whether it counts the connections that it has closed for their buffer (7.4 and later). */
export const countsFullBuffers = (info: Info): boolean => info.has(BUFFER_FULL);

const BUFFER_FULL = 'client_output_buffer_limit_disconnections';

/** NaN where the server does not tell, which is neither more nor less than anything. */
const numberOf = (info: Info | undefined, field: string): number => Number(info?.get(field) ?? NaN);
