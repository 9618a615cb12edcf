import { z } from 'zod';
import { compareLevelSchema } from './comparison.ts';

const MINUTES_OF_A_DAY = 1440;

/** A comparison that a task has every day. */
export const dailyComparisonSchema = z.object({
  /** Minutes after midnight, by the clock of the machine that Lockstep runs on. */
  atMinute: z
    .number()
    .int()
    .min(0)
    .max(MINUTES_OF_A_DAY - 1),
  level: compareLevelSchema,
});
export type DailyComparison = Readonly<z.infer<typeof dailyComparisonSchema>>;

/** `03:05` */
export const clockOfDay = (atMinute: number): string =>
  `${String(Math.floor(atMinute / 60)).padStart(2, '0')}:${String(atMinute % 60).padStart(2, '0')}`;

/** Minutes after midnight; undefined for what is no time of a day. */
export function minuteOfDay(text: string): number | undefined {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

/** The last moment before `nowMs`, or at it, at which a day has that time. */
export function lastDueMs(atMinute: number, nowMs: number): number {
  const today = new Date(nowMs);
  const due = (daysBack: number): number =>
    new Date(
      today.getFullYear(),
      today.getMonth(),
      today.getDate() - daysBack,
      Math.floor(atMinute / 60),
      atMinute % 60,
    ).getTime();
  return due(0) <= nowMs ? due(0) : due(1);
}

/** How many of these moments lie behind `sinceMs`, up to now. */
export function duesSince(atMinute: number, sinceMs: number, nowMs: number): number {
  const DAY_MS = 86_400_000;
  let count = 0;
  // By noon of each day, so that no change of the clock passes one over.
  for (let due = lastDueMs(atMinute, nowMs); due > sinceMs && count < MOST_MISSED; count++)
    due = lastDueMs(atMinute, due - DAY_MS / 2);
  return count;
}

/** Of more it is not said how many. */
export const MOST_MISSED = 1000;
