/** A fact, with a capital, unless it begins with the name of a setting such as `repl-timeout`, and a full stop. */
export const sentence = (fact: string): string =>
  fact === ''
    ? ''
    : `${/^[a-z]+-[a-z]/.test(fact) ? fact.charAt(0) : fact.charAt(0).toUpperCase()}${fact.slice(1)}${/[.?:]$/.test(fact) ? '' : '.'}`;
