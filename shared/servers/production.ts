import { addressOf, bySentinels, sameAddress, type ServerAddress } from '../model/server-address.ts';
import type { SavedServer } from './saved-server.ts';

type Side = 'source' | 'target';

/**
 * What asks for the name of a production server, and what it does to which side. A start asks only about what it writes to: its source
 * is read as by any replica.
 */
export const PRODUCTION_ACTS = {
  start: { target: 'a start writes to it' },
  'copy-again': {
    source: 'a new full copy has it make a snapshot',
    target: 'a new full copy replaces keys there and removes others',
  },
  shrink: { target: 'keys that the source does not have are removed from it' },
  readdress: { target: 'the task would write to it from now on' },
  repair: { target: 'keys are copied to it again' },
  remove: { target: 'keys are removed from it' },
  'compare-values': { source: 'all that it holds is read', target: 'all that it holds is read' },
  rehearse: { target: 'a rehearsal writes to it' },
  'clean-up': { target: 'what the rehearsal has copied is removed from it' },
  'cut-over': { source: 'it is handed over to another one', target: 'it takes the place of the source' },
} as const satisfies Readonly<Record<string, Partial<Readonly<Record<Side, string>>>>>;
export type ProductionAct = keyof typeof PRODUCTION_ACTS;

/** A server of a task or a set-up, and where it was found where Sentinels tell that. */
export interface TouchedServer {
  readonly address: ServerAddress;
  readonly foundAt?: { readonly host: string; readonly port: number } | null;
}

/** A production server that something is done to, and what. */
export interface Touching {
  readonly server: SavedServer;
  readonly side: Side;
  readonly words: string;
}

type Marked = Pick<SavedServer, 'production' | 'endpoint' | 'look'>;

/**
 * The saved server that is marked as production and that this leads to; the one judgement of it. It goes by addresses: the one that was
 * entered, in any spelling of this machine's own, what Sentinels name, and the nodes of a cluster that the last look has found.
 */
export function productionServer<S extends Marked>(
  { address, foundAt = null }: TouchedServer,
  servers: readonly S[],
): S | undefined {
  if (!servers.some(({ production }) => production)) return undefined;
  const places = new Set(
    [bySentinels(address) ? '' : addressOf(address), foundAt ? addressOf(placeOf(foundAt)) : '']
      .filter((place) => place !== '')
      .map(plain),
  );
  return servers.find(
    (server) =>
      server.production &&
      (sameAddress(address, server.endpoint) || placesOf(server).some((place) => places.has(plain(place)))),
  );
}

/** The production servers that an act does something to, each once. */
export function productionTouched(
  act: ProductionAct,
  touched: Readonly<Partial<Record<Side, readonly TouchedServer[]>>>,
  servers: readonly SavedServer[],
): Touching[] {
  const found = new Map<string, Touching>();
  for (const side of ['target', 'source'] as const) {
    const words: string | undefined = (PRODUCTION_ACTS[act] as Partial<Record<Side, string>>)[side];
    if (words === undefined) continue;
    for (const one of touched[side] ?? []) {
      const server = productionServer(one, servers);
      if (server && !found.has(server.id)) found.set(server.id, { server, side, words });
    }
  }
  return [...found.values()];
}

const placeOf = ({ host, port }: { host: string; port: number }): ServerAddress => ({
  ...{ kind: 'server', host, port, sentinels: '', primaryName: '' },
});

const placesOf = ({ endpoint, look }: Marked): readonly string[] => [
  ...(bySentinels(endpoint) ? [] : [addressOf(endpoint)]),
  ...(look?.found?.places ?? []),
];

/** Names of this machine for itself are one. */
const plain = (place: string): string =>
  place.toLowerCase().replace(/^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?=:\d+$)/, 'localhost');
