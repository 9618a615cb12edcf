import { useNewDraft, type NewDraft } from '../state/use-new-draft.ts';

/** Begins a rehearsal of two servers, with the source of a task where one is named, and goes there. */
export const useNewRehearsal = (): NewDraft => useNewDraft('rehearse', (id) => ({ page: 'rehearsal', id }));
