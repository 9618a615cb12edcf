/** What options say that several commands have. */

export const ADDRESS = 'host:port, redis://…, rediss:// for TLS, or redis-sentinel://… (help addresses)';

export const SENTINEL_USER = 'the ACL user of the Sentinels, whose credentials are their own (default: none)';

export const ADDRESS_MAP =
  'where nodes of a cluster are reached, if not at what they announce (help addresses)';
