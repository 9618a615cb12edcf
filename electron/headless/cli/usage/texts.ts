/** What options say that several commands have. */

export const ADDRESS =
  '[redis://][user[:password]@]host[:port][/database]; rediss:// for TLS, valkey:// and valkeys:// as well; redis-sentinel://host:26379,host:26379/name for the primary that Sentinels name';

export const SENTINEL_USER = 'the ACL user of the Sentinels, whose credentials are their own (default: none)';

export const ADDRESS_MAP =
  'where nodes of a cluster are reached, if not at what they announce, such as 10.0.0.1:6379=127.0.0.1:7001,10.0.0.2=127.0.0.1, or *=127.0.0.1 for all';
