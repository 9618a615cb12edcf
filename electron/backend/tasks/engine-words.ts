import { ERROR_CATALOGUE, type ErrorCode } from '../../../shared/errors/catalogue.ts';
import type { EventSeverity } from '../../../shared/model/task-event.ts';

/** What an engine tells with severity `info` is good news when it says that both sides are in step, or one of the source's shards. */
export const severityOf = (told: 'info' | 'warning', text: string): EventSeverity =>
  told === 'info' && /^(Shard \d+: )?In step\b/.test(text) ? 'success' : told;

/** The fact of a fault that an engine tells as `title (fact); what is done about it`. */
export function factOf(code: ErrorCode, text: string): string {
  const { title } = ERROR_CATALOGUE[code];
  if (!text.startsWith(`${title} (`)) return text;
  const end = text.lastIndexOf('); ');
  return end < 0 ? text : text.slice(title.length + 2, end);
}
