import { z } from 'zod';

export const ALERT_KINDS = ['lag', 'drift', 'failed', 'buffer', 'certificate'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

const minuteSchema = z.number().int().min(0).max(1439);

/** What is worth an alert, and when nobody is to be woken. */
export const alertSettingsSchema = z.object({
  lag: z.object({
    on: z.boolean(),
    seconds: z.number().int().min(1).max(86_400),
    forMinutes: z.number().int().min(0).max(1440),
  }),
  drift: z.object({ on: z.boolean(), forMinutes: z.number().int().min(0).max(1440) }),
  failed: z.object({ on: z.boolean() }),
  buffer: z.object({ on: z.boolean(), percent: z.number().int().min(1).max(100) }),
  certificate: z.object({ on: z.boolean(), days: z.number().int().min(1).max(365) }),
  /** Minutes after midnight by the clock of the machine; an end before the start is on the next day. */
  quiet: z.object({ on: z.boolean(), fromMinute: minuteSchema, toMinute: minuteSchema }),
  desktop: z.boolean(),
  webhook: z.object({ on: z.boolean(), form: z.enum(['json', 'slack']) }),
});
export type AlertSettings = Readonly<z.infer<typeof alertSettingsSchema>>;

export const DEFAULT_ALERTS: AlertSettings = {
  lag: { on: false, seconds: 30, forMinutes: 5 },
  drift: { on: false, forMinutes: 10 },
  failed: { on: true },
  buffer: { on: true, percent: 80 },
  certificate: { on: true, days: 14 },
  quiet: { on: false, fromMinute: 22 * 60, toMinute: 7 * 60 },
  desktop: true,
  webhook: { on: false, form: 'json' },
};

/** How alerts are set up, and what came of the last one that was sent. */
export const alertStateSchema = z.object({
  settings: alertSettingsSchema,
  /** The host of the webhook: the rest of its address may hold a token, and stays where it is. null where there is none. */
  webhookHost: z.string().nullable(),
  /** The last message to the webhook: why it did not arrive, or null. null before the first one. */
  delivered: z.object({ atMs: z.number(), fault: z.string().nullable() }).nullable(),
});
export type AlertState = Readonly<z.infer<typeof alertStateSchema>>;
