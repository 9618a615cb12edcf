import { expect, test } from 'vitest';
import { emptyEndpoint, type EndpointView } from '../../../../shared/model/profile.ts';
import { productionServer, productionTouched } from '../../../../shared/servers/production.ts';
import type { FoundServer, SavedServer } from '../../../../shared/servers/saved-server.ts';

const at = (host: string, port = 6379): EndpointView => ({ ...emptyEndpoint('server'), host, port });
const watched = (nodes: string, primaryName = 'mymaster'): EndpointView => ({
  ...at('', 0),
  ...{ kind: 'sentinels', sentinels: nodes, primaryName },
});
const found = (places: string[]): FoundServer => ({
  ...{ atMs: 0, product: 'Redis', version: '7.0.0', role: 'primary', shards: 3, keys: 0, roundTripMs: 1 },
  ...{ usedMemoryBytes: null, maxMemoryBytes: null, places },
});
const saved = (endpoint: EndpointView, places: string[] = [], production = true): SavedServer => ({
  ...{ id: endpoint.host || 'watched', name: 'Live', group: '', colour: 'none', production, endpoint },
  look: { atMs: 0, fault: null, found: found(places) },
});
const isProduction = (
  address: EndpointView,
  server: SavedServer,
  foundAt: { host: string; port: number } | null = null,
): boolean => productionServer({ address, foundAt }, [server]) !== undefined;

test.each([
  ['its address', at('db.example'), saved(at('DB.example')), true],
  ['its address at another port', at('db.example', 6380), saved(at('db.example')), false],
  ['its address where it is not marked', at('db.example'), saved(at('db.example'), [], false), false],
  ['this machine by another name', at('localhost'), saved(at('127.0.0.1')), true],
  ['another machine', at('10.0.0.1'), saved(at('127.0.0.1')), false],
  ['a node of its cluster', at('10.0.0.2'), saved(at('10.0.0.1'), ['10.0.0.2:6379']), true],
  ['the same Sentinels', watched('s1:26379'), saved(watched('s1:26379\ns2:26379')), true],
  ['another primary of these Sentinels', watched('s1:26379', 'other'), saved(watched('s1:26379')), false],
  ['the primary that they name', at('10.0.0.5'), saved(watched('s1:26379'), ['10.0.0.5:6379']), true],
  ['nothing that is filled in', at('', 0), saved(watched('s1:26379')), false],
])('production is recognised by %s', (_, address, server, expected) => {
  expect(isProduction(address, server)).toBe(expected);
});

test('of a task that Sentinels led to a server, that server counts', () => {
  const server = saved(at('10.0.0.5'));
  expect(isProduction(watched('s9:26379'), server)).toBe(false);
  expect(isProduction(watched('s9:26379'), server, { host: '10.0.0.5', port: 6379 })).toBe(true);
});

test('an act asks for what it does something to: a start for its target, a comparison of values for both, each once', () => {
  const [a, b] = [at('a.example'), at('b.example')];
  const touched = { source: [{ address: a }], target: [{ address: b }, { address: b }] };
  const hit = (act: Parameters<typeof productionTouched>[0]): string[] =>
    productionTouched(act, touched, [saved(a), saved(b)]).map(({ server }) => server.id);
  expect(hit('start')).toEqual(['b.example']);
  expect(hit('remove')).toEqual(['b.example']);
  expect(hit('compare-values')).toEqual(['b.example', 'a.example']);
  expect(hit('cut-over')).toEqual(['b.example', 'a.example']);
});
