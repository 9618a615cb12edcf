import type { ErrorCode } from '../../../../shared/errors/catalogue.ts';
import type { EventSeverity, TaskEvent } from '../../../../shared/model/task-event.ts';
import { HOUR_MS, MINUTE_MS } from '../fixtures.ts';

type Line = readonly [severity: EventSeverity, text: string, code?: ErrorCode];

const LINES: readonly Line[] = [
  ['info', 'Started'],
  ['info', 'Connected to the source: Redis 7.2.5, primary, offset 48,230,114,882'],
  ['info', 'Full copy began: a snapshot of 2.9 GB'],
  ['success', 'Full copy completed: 18,402,113 keys in 47 min 59 s'],
  ['success', 'In step'],
  ['warning', 'orders.eu-central.example.net:6379: connection refused', 'TARGET_UNREACHABLE'],
  ['success', 'The target is back: in step again after 2 min 10 s'],
  ['warning', 'the source closed the connection', 'SOURCE_LINK_LOST'],
  ['info', 'The stream went on at offset 48,230,214,013'],
  ['error', 'ZADD on the key board:eu was answered with WRONGTYPE', 'TARGET_REJECTED'],
];

/** A log of that many lines over two days, oldest first. */
export function log(count: number, nowMs = Date.now()): TaskEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const [severity, text, code] = LINES[index % LINES.length] ?? ['info', ''];
    return {
      number: index + 1,
      atMs: nowMs - ((count - index) * 48 * HOUR_MS) / count + ((index * 7919) % MINUTE_MS),
      severity,
      text,
      ...(code && { code }),
    };
  });
}
