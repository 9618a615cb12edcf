/** A refusal that either side can meet, whatever was sent: the end of a code of each side. */
export type RefusalKind = 'PROTECTED_MODE' | 'MAX_CLIENTS' | 'BUSY' | 'LOADING' | 'AUTH';

const KINDS: readonly (readonly [RegExp, RefusalKind])[] = [
  [/^DENIED/, 'PROTECTED_MODE'],
  [/^ERR max number of clients/i, 'MAX_CLIENTS'],
  [/^BUSY\b|^UNKILLABLE/, 'BUSY'],
  [/^LOADING/, 'LOADING'],
  // Old servers say "operation not permitted" and "invalid password", and "no password is set" to one they do not want.
  [
    /^NOAUTH|^WRONGPASS|^ERR (operation not permitted|invalid (password|username)|.*(any password|no password is set)|Protocol error: unauthenticated)/i,
    'AUTH',
  ],
];

/** What an error reply (`text` without the leading `-`) refuses us for; undefined where it depends on the side, or on the command. */
export function refusalKind(text: string): RefusalKind | undefined {
  return KINDS.find(([pattern]) => pattern.test(text))?.[1];
}

/** With this the server closes the connection, whatever we still send. */
export const isFarewell = (text: string): boolean =>
  /^DENIED|^ERR max number of clients|^ERR Protocol error/i.test(text);
