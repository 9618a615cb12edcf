/** What has happened since the checkpoint cannot be mended key by key: only a new full copy helps. The message says why. */
export class NewCopyNeeded extends Error {}

/** The same of fewer keys might do. */
export class TooMuch extends NewCopyNeeded {}

/** Nobody waits for the repair any more: the run was stopped, or its spool was dropped. */
export class Abandoned extends Error {}

/** Who was asked is no primary: keys expire there before their DEL comes. */
export class NotPrimary extends NewCopyNeeded {
  constructor() {
    super('the source is a replica itself');
  }
}
