import { z } from 'zod';
import { idSchema } from '../model/profile.ts';

/** What has become of the tasks of a request. */
export const importedSchema = z.object({
  taken: z.array(
    z.object({
      id: idSchema,
      name: z.string(),
      /** Servers whose secrets have to be given before it can start. */
      needs: z.array(z.enum(['source', 'target'])),
    }),
  ),
  left: z.array(
    z.object({
      name: z.string(),
      why: z.enum(['here', 'full', 'unreadable']),
      fact: z.string().optional(),
    }),
  ),
});
export type Imported = z.infer<typeof importedSchema>;
