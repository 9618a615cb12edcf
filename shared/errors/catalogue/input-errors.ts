import { entry, EXIT, type ErrorEntry } from './entry.ts';

/** What was entered. */
export const INPUT_ERRORS = {
  USAGE: entry(
    EXIT.usage,
    false,
    'The command cannot be understood',
    'An option is missing, unknown, or has a value that does not fit.',
    'Run the command with --help and correct the option named above.',
  ),
  URL_INVALID: entry(
    EXIT.usage,
    false,
    'The address is not a Redis URL',
    'An address has the form [redis://][user[:password]@]host[:port][/database], with rediss:// for TLS; valkey:// and valkeys:// mean the same. Sentinels are given as redis-sentinel://host:26379,host:26379/name.',
    'Correct the address. Characters such as @ or / in a password must be percent-encoded, or give it in LOCKSTEP_SOURCE_PASSWORD or LOCKSTEP_TARGET_PASSWORD.',
  ),
} satisfies Record<string, ErrorEntry>;
