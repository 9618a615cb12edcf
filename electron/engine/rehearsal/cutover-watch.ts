import type { Redis } from 'ioredis';
import { MOST_TOLD, type CutoverFacts, type CutoverSide } from '../../../shared/model/cutover-facts.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { libraryNames } from '../control/function-libraries.ts';
import { readInfo } from '../control/info.ts';
import { ifRefused } from '../control/reply-error.ts';
import { readServerCommands } from '../control/server-commands.ts';
import { readWriteMark } from '../control/write-mark.ts';
import { sleep } from '../world/clock.ts';
import type { World } from '../world/world.ts';
import { parseClientList } from './client-list.ts';
import { joinedSide } from './joined-side.ts';
import { WatchedSide } from './watched-side.ts';

const INTERVAL_MS = 1000;
/** What clients notice of a server; encodings are left out. */
const SETTINGS = [
  'maxmemory',
  'databases',
  'notify-keyspace-events',
  'maxclients',
  'timeout',
  'proto-max-bulk-len',
];

/** Reads what a cutover depends on, of both sides and about once a second, until the signal. Only reads. */
export async function watchCutover(
  world: World,
  { source, target }: { readonly source: Endpoint; readonly target: Endpoint },
  tell: (facts: CutoverFacts) => void,
  signal: AbortSignal,
): Promise<void> {
  const sides = (['source', 'target'] as const).map((side) => {
    const watched = new WatchedSide(world, side, side === 'source' ? source : target);
    const look = (): Promise<CutoverSide | null> =>
      watched.read(async (servers) => joinedSide(side, await Promise.all(servers.map(readSide))));
    return { look, close: () => watched.close() };
  });
  try {
    while (!signal.aborted) {
      const [from, to] = await Promise.all(sides.map(({ look }) => look()));
      if (signal.aborted) return;
      tell({ atMs: world.clock.now(), source: from ?? null, target: to ?? null });
      await sleep(world.clock, INTERVAL_MS);
    }
  } finally {
    for (const side of sides) side.close();
  }
}

async function readSide(redis: Redis): Promise<CutoverSide> {
  const info = await readInfo(redis, 'replication', 'memory', 'persistence');
  const mark = await readWriteMark(redis);
  const commands = await readServerCommands(redis);
  const writes = new Set(commands.flatMap(({ name, write }) => (write ? [name] : [])));
  const list: unknown = await redis.call('CLIENT', 'LIST').catch(ifRefused(null));
  const users: unknown = await redis.call('ACL', 'USERS').catch(ifRefused(null));
  const settings = await readSettings(redis);
  const offset = Number(info.get('master_repl_offset'));
  return {
    writes: mark?.writes ?? null,
    offset: Number.isSafeInteger(offset) ? offset : null,
    clients: typeof list === 'string' ? parseClientList(list, writes) : null,
    persistence: persistenceOf(info, settings.get('save')),
    servers: 1,
    replicas: replicasIn(info),
    policy: info.get('maxmemory_policy') ?? null,
    users: Array.isArray(users) ? users.map(String).toSorted().slice(0, MOST_TOLD) : null,
    libraries: (await libraryNames([redis]))?.slice(0, MOST_TOLD) ?? null,
    settings: Object.fromEntries([...settings].filter(([name]) => name !== 'save')),
  };
}

/** Those that serve nobody announce no port, as our own links do. Source: Redis server.c, genRedisInfoString. */
function replicasIn(info: ReadonlyMap<string, string>): number {
  const told = [...info].filter(([name]) => /^slave\d+$/.test(name));
  return told.filter(([, text]) => !/(^|,)port=0(,|$)/.test(text)).length;
}

/** Empty where CONFIG is refused. */
async function readSettings(redis: Redis): Promise<Map<string, string>> {
  const settings = new Map<string, string>();
  for (const name of [...SETTINGS, 'save']) {
    const reply: unknown = await redis.call('CONFIG', 'GET', name).catch(ifRefused(null));
    if (Array.isArray(reply) && reply.length === 2) settings.set(name, String(reply[1]));
  }
  return settings;
}

function persistenceOf(info: ReadonlyMap<string, string>, save: string | undefined): string | null {
  const aof = info.get('aof_enabled');
  if (aof === undefined || save === undefined) return null;
  const kinds = [...(aof === '1' ? ['AOF'] : []), ...(save.trim() === '' ? [] : ['RDB'])];
  return kinds.length > 0 ? kinds.join(' and ') : 'none';
}
