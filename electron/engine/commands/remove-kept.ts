/**
 * Stands in what is written to the lanes of a cluster for the removal of a key of the target's own. No server knows it: the script of a
 * lane does it (writer/script/apply-script.ts). Behind it the set of names that decides, and the key, which lies in the same slot.
 */
export const REMOVE_KEPT = 'LOCKSTEP.REMOVEKEPT';
