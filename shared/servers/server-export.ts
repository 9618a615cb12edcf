import { z } from 'zod';
import { endpointOf, serverEntrySchema, type SavedServer } from './saved-server.ts';
import { readEach, type ReadServers } from './import/imported.ts';

const VERSION = 1;

const exportSchema = z.object({
  lockstep: z.literal('servers'),
  version: z.number().int(),
  servers: z.array(z.unknown()),
});

/** The book as a file: everything but secrets, what the last looks found, and ids, which are this machine's own. */
export function exportServers(servers: readonly SavedServer[]): string {
  const entries = servers.map((server) => serverEntrySchema.parse(server));
  return `${JSON.stringify({ lockstep: 'servers', version: VERSION, servers: entries }, null, 2)}\n`;
}

/** undefined for what is no such file; of a newer version nothing is taken. */
export function readOwnExport(parsed: unknown): ReadServers | undefined {
  const file = exportSchema.safeParse(parsed);
  if (!file.success) return undefined;
  const { version, servers } = file.data;
  if (version > VERSION)
    return {
      servers: [],
      refused: [{ what: 'the file', why: 'A newer version of Lockstep has written it.' }],
    };
  return readEach(servers, (one) => {
    const entry = serverEntrySchema.safeParse(one);
    if (!entry.success) return 'It is damaged, or was changed by hand in a way that does not fit.';
    const { name, group, colour, production, endpoint } = entry.data;
    const mark = { colour, production };
    return { name, group, mark, endpoint: endpointOf(endpoint), secrets: {}, without: [] };
  });
}
