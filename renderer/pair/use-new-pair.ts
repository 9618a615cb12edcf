import { useNewDraft, type NewDraft } from '../state/use-new-draft.ts';

/** Begins a comparison of two servers without a task, and goes there. */
export const useNewPair = (): NewDraft => useNewDraft('compare', (draftId) => ({ page: 'pair', draftId }));
