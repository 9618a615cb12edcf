import { createStore, type StoreApi } from 'zustand/vanilla';
import { isUrl, isWholeAddress } from '../../../shared/model/parse-credentials.ts';
import type { Draft, EndpointForm, SecretChanges } from '../../../shared/model/profile.ts';

/** Secrets by the id of their endpoint. */
export type SecretsByEndpoint = Readonly<Record<string, SecretChanges>>;

export interface SessionState {
  /** `saved`: all that was made is stored; `failed`: the last attempt to store it did not succeed. */
  readonly saving: 'saved' | 'saving' | 'failed';
  /** What the last attempt failed with. */
  readonly failure: unknown;
  /** Secrets that were entered and are not stored yet; they are forgotten here once they are. */
  readonly inHand: SecretsByEndpoint;
  /** Counts the changes of an endpoint's secrets, so that a result made with other ones is known as such. */
  readonly secretRevisions: Readonly<Record<string, number>>;
}

export interface SessionPort {
  /** Stores the draft and the changes of its secrets; answers with the draft as stored. */
  save(draft: Draft, secrets: SecretsByEndpoint): Promise<Draft>;
  /** `stored` tells which secrets are there. */
  onStored(stored: Draft, inHand: SecretsByEndpoint): void;
}

/** Keeps what is stored in step with the form: one save at a time, edits collected, each secret handed over once. */
export interface DraftSession {
  readonly store: StoreApi<SessionState>;
  /** The form changed; it is stored in a moment. */
  change(draft: Draft): void;
  /** A secret was entered, or (null) is to be removed. Only `flush` stores it: never half of one that is being typed. */
  hold(endpointId: string, changes: SecretChanges): void;
  /** Takes back what was entered. */
  drop(endpointId: string, secret: keyof SecretChanges): void;
  /** Stores all there is. @throws what the save failed with */
  flush(): Promise<void>;
  /** The draft is gone: nothing is stored any more, and what was entered is forgotten. */
  abandon(): void;
}

/** How long edits are collected before they are stored. */
export const SAVE_AFTER_MS = 500;

export function createDraftSession(loaded: Draft, port: SessionPort): DraftSession {
  const store = createStore<SessionState>(() => ({
    saving: 'saved',
    failure: null,
    inHand: {},
    secretRevisions: {},
  }));
  let current = structuredClone(loaded);
  let stored = comparable(current);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | null = null;
  let abandoned = false;

  const save = async (secrets: SecretsByEndpoint): Promise<void> => {
    const draft = current;
    try {
      const answer = await port.save(withoutPastedAddresses(draft), secrets);
      stored = comparable(draft);
      const inHand = without(store.getState().inHand, secrets);
      const rest = comparable(current) === stored && isEmpty(inHand);
      store.setState({ saving: rest ? 'saved' : 'saving', failure: null, inHand });
      port.onStored(answer, inHand);
    } catch (failure) {
      store.setState({ saving: 'failed', failure });
      throw failure;
    }
  };

  const storeAll = async (withSecrets: boolean): Promise<void> => {
    clearTimeout(timer);
    while (running) await running.catch(() => undefined);
    const secrets = withSecrets ? ofEndpoints(store.getState().inHand, current) : {};
    if (abandoned || (comparable(current) === stored && isEmpty(secrets))) return;
    running = save(secrets).finally(() => (running = null));
    await running;
  };

  const setSecrets = (endpointId: string, secrets: SecretChanges): void => {
    const { inHand, secretRevisions, saving } = store.getState();
    const { [endpointId]: _, ...others } = inHand;
    store.setState({
      inHand: isEmpty(secrets) ? others : { ...others, [endpointId]: secrets },
      secretRevisions: { ...secretRevisions, [endpointId]: (secretRevisions[endpointId] ?? 0) + 1 },
      saving: saving === 'saved' && !isEmpty(secrets) ? 'saving' : saving,
    });
  };

  return {
    store,
    change(draft) {
      current = structuredClone(draft);
      if (comparable(current) === stored) return;
      if (store.getState().saving === 'saved') store.setState({ saving: 'saving' });
      clearTimeout(timer);
      // A failure is in the state, for the page to show.
      timer = setTimeout(() => void storeAll(false).catch(() => undefined), SAVE_AFTER_MS);
    },
    hold(endpointId, changes) {
      setSecrets(endpointId, { ...store.getState().inHand[endpointId], ...changes });
    },
    drop(endpointId, secret) {
      const { [secret]: _, ...others } = store.getState().inHand[endpointId] ?? {};
      setSecrets(endpointId, others);
    },
    flush: () => storeAll(true),
    abandon() {
      abandoned = true;
      clearTimeout(timer);
      store.setState({ inHand: {} });
    },
  };
}

const isEmpty = (object: object): boolean => Object.keys(object).length === 0;

const comparable = (draft: Draft): string => JSON.stringify({ ...draft, updatedAtMs: 0 });

/** An address that is being typed whole may hold a password, which must not be stored as a part of the host or of Sentinels. */
function withoutPastedAddresses(draft: Draft): Draft {
  const clean = (endpoint: EndpointForm): EndpointForm => ({
    ...endpoint,
    host: isWholeAddress(endpoint.host) ? '' : endpoint.host,
    sentinels: isUrl(endpoint.sentinels) ? '' : endpoint.sentinels,
  });
  return { ...draft, source: clean(draft.source), targets: draft.targets.map(clean) };
}

function ofEndpoints(secrets: SecretsByEndpoint, draft: Draft): SecretsByEndpoint {
  const ids = new Set([draft.source, ...draft.targets].map(({ id }) => id));
  return Object.fromEntries(Object.entries(secrets).filter(([id]) => ids.has(id)));
}

/** What is left of `secrets` without those that were sent; one that was entered anew meanwhile stays. */
function without(secrets: SecretsByEndpoint, sent: SecretsByEndpoint): SecretsByEndpoint {
  const rest = Object.entries(secrets).map(([id, changes]): [string, SecretChanges] => [
    id,
    Object.fromEntries(
      Object.entries(changes).filter(
        ([secret, value]) => sent[id]?.[secret as keyof SecretChanges] !== value,
      ),
    ),
  ]);
  return Object.fromEntries(rest.filter(([, changes]) => !isEmpty(changes)));
}
