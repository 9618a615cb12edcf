import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EndpointForm } from '../../../shared/model/profile.ts';
import { addressOf, bySentinels, usesTls } from '../../../shared/model/server-address.ts';
import type { ServerSummary } from '../../../shared/model/server-summary.ts';

export type Side = 'source' | 'target';

/** What the last test of an endpoint said, and of which settings. */
export interface TestOutcome {
  readonly of: string;
  readonly atMs: number;
  /** null when the test failed. */
  readonly summary: ServerSummary | null;
  readonly failure: unknown;
}

export interface EndpointTest {
  readonly running: boolean;
  /** Stays while another test runs. */
  readonly outcome: TestOutcome | null;
}

export type TestsById = Readonly<Record<string, EndpointTest | undefined>>;

/** The connection tests of a set-up, by the id of the endpoint. They last as long as the page is open. */
export interface ConnectionTests {
  readonly store: StoreApi<TestsById>;
  /** Tests the endpoint; never rejects. A test that a later one has overtaken changes nothing. */
  run(side: Side, endpoint: EndpointForm, secretRevision: number): Promise<void>;
}

/** Everything that a connection depends on: a result holds as long as this is the same. */
export function fingerprint(endpoint: EndpointForm, secretRevision: number): string {
  const { kind, user, tls, ca, certificate, serverName, verify, hasPassword, hasKey, addressMap } = endpoint;
  const { sentinelUser, hasSentinelPassword, sentinelTls } = endpoint;
  const ofTls = usesTls(endpoint) ? [tls, ca, certificate, serverName, verify, hasKey] : [];
  const ofKind = bySentinels(endpoint) ? [sentinelUser, hasSentinelPassword, sentinelTls] : [addressMap];
  return JSON.stringify([kind, addressOf(endpoint), user, hasPassword, ofTls, secretRevision, ofKind]);
}

export function createConnectionTests(
  test: (side: Side, endpoint: EndpointForm) => Promise<ServerSummary>,
  now: () => number = Date.now,
): ConnectionTests {
  const store = createStore<TestsById>(() => ({}));
  const newest = new Map<string, symbol>();
  return {
    store,
    async run(side, endpoint, secretRevision) {
      const { id } = endpoint;
      const mine = Symbol(id);
      newest.set(id, mine);
      store.setState({ [id]: { running: true, outcome: store.getState()[id]?.outcome ?? null } });
      const of = fingerprint(endpoint, secretRevision);
      const outcome = await test(side, endpoint).then(
        (summary): TestOutcome => ({ of, atMs: now(), summary, failure: null }),
        (failure: unknown): TestOutcome => ({ of, atMs: now(), summary: null, failure }),
      );
      if (newest.get(id) === mine) store.setState({ [id]: { running: false, outcome } });
    },
  };
}
