import { useNewDraft, type NewDraft } from '../state/use-new-draft.ts';

/** Begins a set-up with a draft of its own, for further targets beside a task where one is named, and goes there. */
export const useNewSetup = (): NewDraft => useNewDraft(undefined, (draftId) => ({ page: 'setup', draftId }));
