import { z } from 'zod';
import { errorCodeSchema } from '../errors/error-code.ts';
import { endpointViewSchema, idSchema, LONGEST_NAME, type EndpointView } from '../model/profile.ts';
import type { Secret } from '../model/server-secrets.ts';

/** More are refused; a list of them is asked for as a whole. */
export const MOST_SERVERS = 500;

/** A mark beside the name, for the eye alone: nothing follows from it. */
export const SERVER_COLOURS = ['none', 'red', 'orange', 'yellow', 'green', 'blue', 'violet', 'grey'] as const;
export type ServerColour = (typeof SERVER_COLOURS)[number];

/** The id of the one endpoint of a saved server, as which its secrets are kept. */
export const SERVER_ENDPOINT = 'server';

/** What somebody has entered of a server, without its secrets. */
export const serverEntrySchema = z.object({
  name: z.string().trim().min(1).max(LONGEST_NAME),
  /** Empty for none. */
  group: z.string().trim().max(LONGEST_NAME),
  colour: z.enum(SERVER_COLOURS),
  /** Whatever writes to it, removes from it or loads it asks for its name. */
  production: z.boolean(),
  endpoint: endpointViewSchema,
});
export type ServerEntry = Readonly<z.infer<typeof serverEntrySchema>>;

/** Of one server; nodes of a larger cluster are left out. */
export const MOST_PLACES = 2000;

/** What the last look that reached a server found; of a cluster keys and memory are those of all its primaries. */
export const foundServerSchema = z.object({
  atMs: z.number(),
  product: z.enum(['Redis', 'Valkey']),
  version: z.string(),
  role: z.enum(['primary', 'replica']),
  /** null for a server that is no cluster, or whose cluster could not be looked at. */
  shards: z.number().int().nullable(),
  keys: z.number(),
  usedMemoryBytes: z.number().nullable(),
  maxMemoryBytes: z.number().nullable(),
  roundTripMs: z.number(),
  /** `host:port` of all that answers for it beside its own address: what Sentinels name, nodes of its cluster. */
  places: z.array(z.string().max(400)).max(MOST_PLACES),
});
export type FoundServer = Readonly<z.infer<typeof foundServerSchema>>;

/** The last look at a server, and what is known of it since the last one that reached it. */
export const serverLookSchema = z.object({
  atMs: z.number(),
  /** Why it was not reached; null where it was. */
  fault: z.object({ code: errorCodeSchema, fact: z.string() }).nullable(),
  found: foundServerSchema.nullable(),
});
export type ServerLook = Readonly<z.infer<typeof serverLookSchema>>;

/** A server of the book as it is stored. */
export const savedServerSchema = z.object({
  ...serverEntrySchema.shape,
  id: idSchema,
  /** null where nobody has looked since its address was entered. */
  look: serverLookSchema.nullable(),
});
export type SavedServer = Readonly<z.infer<typeof savedServerSchema>>;

/** The same as a page sees it: the flags of its secrets say what is known now, and `secretsMissing` that there were more. */
export const serverViewSchema = z.object({ ...savedServerSchema.shape, secretsMissing: z.boolean() });
export type ServerView = Readonly<z.infer<typeof serverViewSchema>>;

/** A server that comes from somewhere else, with the secrets that came along. */
export interface NewServer extends ServerEntry {
  readonly secrets: Readonly<Partial<Record<Secret, string>>>;
}

/** `name (2)` where there is such a name already. */
export function freeName(name: string, taken: readonly string[]): string {
  const others = new Set(taken);
  for (let count = 1; ; count += 1) {
    const suffix = count === 1 ? '' : ` (${count})`;
    const next = `${name.slice(0, LONGEST_NAME - suffix.length)}${suffix}`;
    if (!others.has(next)) return next;
  }
}

export const endpointOf = (view: EndpointView): EndpointView => ({ ...view, id: SERVER_ENDPOINT });
