import { z } from 'zod';
import { DEFAULT_SLACK_SECONDS, OF_A_SERVER, profileSchema } from '../../../shared/model/profile.ts';
import { settingChangeSchema } from '../../../shared/model/setting-change.ts';
import { targetStandingSchema } from '../../../shared/model/target-standing.ts';
import { faultSchema } from '../../../shared/model/task-view.ts';
import type { Notices } from '../notices/notices.ts';
import type { OpenStore } from '../ports.ts';
import { fillingIn, fillingInServers, listKind } from '../stores/document-kind.ts';
import { StoredDocument } from '../stores/stored-document.ts';

/** One more is refused. */
export const MOST_TASKS = 500;

/** A profile, and what is worth knowing of its last run when the application starts again. */
const storedTaskSchema = z.object({
  ...profileSchema.shape,
  failure: faultSchema.nullable(),
  completed: z.boolean(),
  /** null before the first run. */
  startedAtMs: z.number().nullable(),
  /** null while it runs, and before the first run. */
  endedAtMs: z.number().nullable(),
  targetStanding: targetStandingSchema,
  /** The last run ended since the source had become a replica of the target. */
  moved: z.boolean(),
  /** Of the target, by runs that have not handed it over; left out for none. */
  changedSettings: z.array(settingChangeSchema).max(16).optional(),
  /** Until when daily comparisons have taken place, or were said to be missed. */
  dailySeenMs: z.number().optional(),
});
export type StoredTask = Readonly<z.infer<typeof storedTaskSchema>>;

/** What tasks of earlier versions lack. How their last run left the target nobody knows; the next one will tell. */
const SINCE_VERSION_2 = {
  targetStanding: 'exact',
  moved: false,
  functions: 'fail',
  expirySlackSeconds: DEFAULT_SLACK_SECONDS,
  importMode: 'leave',
} as const;

export const openTasksDocument = (
  openStore: OpenStore,
  notices: Notices,
): StoredDocument<readonly StoredTask[]> =>
  new StoredDocument(
    openStore,
    listKind(
      {
        name: 'profiles',
        holds: 'the tasks',
        migrations: [
          fillingIn(SINCE_VERSION_2),
          fillingInServers({ addressMap: '' }),
          fillingInServers(OF_A_SERVER),
          fillingIn({ group: null }),
          fillingIn({ databaseMap: [] }),
          fillingIn({ readFrom: 'primaries' }),
        ],
      },
      storedTaskSchema,
    ),
    notices,
  );
