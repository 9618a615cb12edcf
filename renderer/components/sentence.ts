/** A fact, with a capital, unless it begins with a name such as `repl-timeout` or `redis.example.com:6379`, and a full stop. */
export const sentence = (fact: string): string =>
  fact === ''
    ? ''
    : `${/^\S*\w[-_./:=]\w/.test(fact) ? fact.charAt(0) : fact.charAt(0).toUpperCase()}${fact.slice(1)}${/[.?:]$/.test(fact) ? '' : '.'}`;
