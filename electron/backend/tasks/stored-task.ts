import { z } from 'zod';
import { profileSchema } from '../../../shared/model/profile.ts';
import { faultSchema } from '../../../shared/model/task-view.ts';
import type { Notices } from '../notices/notices.ts';
import type { OpenStore } from '../ports.ts';
import { listKind } from '../stores/document-kind.ts';
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
});
export type StoredTask = Readonly<z.infer<typeof storedTaskSchema>>;

export const openTasksDocument = (
  openStore: OpenStore,
  notices: Notices,
): StoredDocument<readonly StoredTask[]> =>
  new StoredDocument(
    openStore,
    listKind({ name: 'profiles', holds: 'the tasks', migrations: [] }, storedTaskSchema),
    notices,
  );
