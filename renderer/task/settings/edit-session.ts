import { createStore } from 'zustand/vanilla';
import type { SecretChanges } from '../../../shared/model/profile.ts';
import type { DraftSession, SessionState } from '../../setup/draft/draft-session.ts';

/** Keeps the secrets that were entered until the whole edit is saved or discarded; stores nothing by itself. */
export function createEditSession(): DraftSession {
  const store = createStore<SessionState>(() => ({
    saving: 'saved',
    failure: null,
    inHand: {},
    secretRevisions: {},
  }));
  const put = (endpointId: string, changes: SecretChanges): void =>
    store.setState(({ inHand, secretRevisions }) => {
      const { [endpointId]: _, ...others } = inHand;
      return {
        inHand: Object.keys(changes).length === 0 ? others : { ...others, [endpointId]: changes },
        secretRevisions: { ...secretRevisions, [endpointId]: (secretRevisions[endpointId] ?? 0) + 1 },
      };
    });
  return {
    store,
    change: () => undefined,
    hold(endpointId, changes) {
      put(endpointId, { ...store.getState().inHand[endpointId], ...changes });
    },
    drop(endpointId, secret) {
      const { [secret]: _, ...others } = store.getState().inHand[endpointId] ?? {};
      put(endpointId, others);
    },
    flush: () => Promise.resolve(),
    abandon() {
      store.setState({ inHand: {} });
    },
  };
}
