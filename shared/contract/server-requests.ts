import { z } from 'zod';
import { draftSchema, endpointFormSchema, idSchema, secretChangesSchema } from '../model/profile.ts';
import { savedServerSchema, serverViewSchema } from '../servers/saved-server.ts';

/** Characters of a file that is imported: a request has a bound. */
export const MOST_IMPORTED_CHARACTERS = 900_000;

const { name, group, colour, production } = savedServerSchema.shape;

/** A server as it was filled in; `id` where it is one of the book already. */
export const serverFormSchema = z.object({
  id: idSchema.optional(),
  name: z.string().max(200),
  group: z.string().max(200),
  colour,
  production,
  endpoint: endpointFormSchema,
});

/** What has come of a file, entry by entry. */
export const importReportSchema = z.object({
  /** What the file was taken for. */
  form: z.enum(['lockstep', 'redisinsight', 'another-redis-desktop-manager', 'addresses']),
  added: z.array(
    z.object({
      id: idSchema,
      name,
      group,
      /** What of it could not be taken: `its SSH tunnel`. */
      without: z.array(z.string()),
    }),
  ),
  /** What was not taken at all: which entry, never with a secret, and why. */
  refused: z.array(z.object({ what: z.string(), why: z.string() })),
});
export type ImportReport = Readonly<z.infer<typeof importReportSchema>>;

const one = z.object({ id: idSchema });

/** The book of servers. What changes in it is told by `servers` events, without its content. */
export const SERVER_REQUESTS = {
  'server.list': { params: z.object({}), result: z.array(serverViewSchema) },
  /**
   * Adds a server, or changes one. `from`: a set-up whose endpoint it is made of, with what is stored of its secrets.
   * @throws REQUEST_INVALID, NOT_FOUND, STORE_UNWRITABLE
   */
  'server.save': {
    params: z.object({
      server: serverFormSchema,
      secrets: secretChangesSchema,
      from: z.object({ draftId: idSchema, endpointId: idSchema }).optional(),
    }),
    result: serverViewSchema,
  },
  /** Forgets it, with its secrets; set-ups and tasks that were made with it keep theirs. */
  'server.delete': { params: one, result: z.object({}) },
  /** Opens it and looks at it; what comes of it is kept, be it a fault. @throws SECRET_NEEDED */
  'server.look': { params: one, result: serverViewSchema },
  /** Puts its address, its user and its secrets into an endpoint of a set-up; answers with the set-up as stored. */
  'server.take': {
    params: z.object({ id: idSchema, draftId: idSchema, endpointId: idSchema }),
    result: draftSchema,
  },
  /** Adds what a file holds: an export of this or of another program, or addresses, one a line. @throws REQUEST_INVALID */
  'server.import': {
    params: z.object({ text: z.string().max(MOST_IMPORTED_CHARACTERS) }),
    result: importReportSchema,
  },
} as const;
