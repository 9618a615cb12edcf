/** Whatever the tool keeps on a target begins with this; such keys are never carried, counted or compared. */
export const OWN_PREFIX = 'lockstep:';
/** What belongs to tasks shares a hash tag, so that a cluster has it in one slot and several of its keys can be watched together. */
export const TASKS_PREFIX = `${OWN_PREFIX}{tasks}`;
const PREFIX = Buffer.from(OWN_PREFIX);
/** So much of a name tells whether it is one of them. */
export const OWN_PREFIX_BYTES = PREFIX.length;

export function isOwnKey(buf: Buffer, from: number, to: number): boolean {
  if (to - from < PREFIX.length || buf[from] !== PREFIX[0]) return false;
  for (let i = 1; i < PREFIX.length; i++) if (buf[from + i] !== PREFIX[i]) return false;
  return true;
}
