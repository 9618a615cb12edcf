/**
 * The second secret of a page in a browser. A cookie reaches every port of its host, so another account's server on this
 * machine may see it; this key is kept by pages of the host's own origin alone, and nothing is told to whoever lacks it.
 */

/** What the page's storage calls it. */
export const PAGE_KEY_NAME = 'lockstep-key';

/** The header that carries it in a request. */
export const PAGE_KEY_HEADER = 'x-lockstep-key';

/** Asks whether a page is still let in (GET), or signs its browser out (DELETE). */
export const SESSION_PATH = '/session';

/** The protocol of the page's socket; the key goes behind it, as a second one that the host never chooses. */
export const SOCKET_PROTOCOL = 'lockstep';
