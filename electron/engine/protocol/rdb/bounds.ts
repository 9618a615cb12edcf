/** The sizes that bound what the decoder asks its caller to keep, what it hands over at once, and what it collects. */

/** An entry of at most this many encoded bytes is delivered whole; a window of this many always makes progress. */
export const UNIT_BOUND = 256 * 1024;

/**
 * An element (a field with its value) of a value that is read element by element is handed over at once up to this
 * many decoded bytes, and no `part` is longer. Half of UNIT_BOUND, so that its headers fit a window beside it.
 */
export const ELEMENT_BOUND = UNIT_BOUND / 2;

/** What can only be read whole (a key, a ziplist, a listpack, a module's value) is collected up to this many bytes. */
export const BLOB_BOUND = 64 * 1024 * 1024;

/** How many pending entries of one consumer group are held while its consumers are read; 32 bytes each. */
export const PENDING_BOUND = 8 * 1024 * 1024;
