import { z } from 'zod';

/** What came of handing a target over in the place of a run that is gone. */
export const releasedSchema = z.object({
  /** The task whose target it is. */
  task: z.string(),
  /** `copying`: its full copy was not complete, so the target holds only a part of the source. */
  state: z.enum(['copying', 'streaming', 'complete']),
  /** Times of keys and fields that were late. */
  keys: z.number().int().min(0),
});
export type Released = Readonly<z.infer<typeof releasedSchema>>;
