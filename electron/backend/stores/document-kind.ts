import { z } from 'zod';

/** Turns a document of one version into one of the next. What it is given has not been validated. */
export type Migration = (document: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** What could be made of a document: its content, and the names of entries that had to be left out. */
export interface Reading<T> {
  readonly content: T;
  readonly lost: readonly string[];
}

/** A document of the application: its form, and how older forms become the present one. */
export interface DocumentKind<T> {
  readonly name: string;
  /** What it holds, for sentences: `the tasks`. */
  readonly holds: string;
  /** The first leads from version 1 to 2, and so on; the present version is one more than there are. */
  readonly migrations: readonly Migration[];
  readonly empty: T;
  /** @throws ZodError when nothing of it can be used */
  read(document: Readonly<Record<string, unknown>>): Reading<T>;
  write(content: T): Record<string, unknown>;
}

type Name = Pick<DocumentKind<never>, 'name' | 'holds' | 'migrations'>;

/** A document that is one object. */
export function objectKind<S extends z.ZodType>(
  about: Name,
  schema: S,
  empty: z.output<S>,
): DocumentKind<z.output<S>> {
  return {
    ...about,
    empty,
    read: (document) => ({ content: schema.parse(document['content']), lost: [] }),
    write: (content) => ({ content }),
  };
}

/** A migration of a list whose entries get fields that there were not before. What is no such list stays as it is, and is refused. */
export const fillingIn =
  (fields: Readonly<Record<string, unknown>>): Migration =>
  (document) => ({
    ...document,
    content: z
      .array(
        z
          .looseObject({})
          .transform((entry) => ({ ...fields, ...entry }))
          .or(z.unknown()),
      )
      .or(z.unknown())
      .parse(document['content']),
  });

const SERVERS = ['source', 'target', 'targets'];

/** The same for the servers in each entry: its `source`, its `target`, or all of its `targets`. */
export const fillingInServers =
  (fields: Readonly<Record<string, unknown>>): Migration =>
  (document) => {
    const server = z.looseObject({}).transform((entry) => ({ ...fields, ...entry }));
    const servers = z.union([z.array(server), server, z.unknown()]);
    const entry = z.looseObject({}).transform((one) => ({
      ...one,
      ...Object.fromEntries(
        SERVERS.flatMap((name) => (name in one ? [[name, servers.parse(one[name])]] : [])),
      ),
    }));
    return {
      ...document,
      content: z.union([z.array(z.union([entry, z.unknown()])), z.unknown()]).parse(document['content']),
    };
  };

const labelSchema = z.object({ name: z.string().optional(), id: z.string().optional() });

/** A document that lists entries: one that is damaged does not cost the others. */
export function listKind<S extends z.ZodType>(
  about: Name,
  entrySchema: S,
): DocumentKind<readonly z.output<S>[]> {
  return {
    ...about,
    empty: [],
    read: (document) => {
      const content: z.output<S>[] = [];
      const lost: string[] = [];
      z.array(z.unknown())
        .parse(document['content'])
        .forEach((entry, index) => {
          const parsed = entrySchema.safeParse(entry);
          if (parsed.success) content.push(parsed.data);
          else lost.push(labelOf(entry, index));
        });
      return { content, lost };
    },
    write: (content) => ({ content }),
  };
}

function labelOf(entry: unknown, index: number): string {
  const label = labelSchema.safeParse(entry);
  const text = label.success ? (label.data.name ?? label.data.id) : undefined;
  return text === undefined || text === '' ? `entry ${index + 1}` : text.slice(0, 100);
}
