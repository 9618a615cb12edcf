interface Found {
  readonly label: string;
  readonly description?: string | undefined;
  readonly keywords: readonly string[];
}

/** Commands in which each word of the query stands: those that begin with it first, then those that are called so, then the others. */
export function fitting<C extends Found>(commands: readonly C[], query: string): C[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return commands
    .map((command) => ({ command, rank: rankOf(command, words) }))
    .filter(({ rank }) => rank < NOT)
    .sort((a, b) => a.rank - b.rank)
    .map(({ command }) => command);
}

const NOT = 3;

function rankOf({ label, description = '', keywords }: Found, words: readonly string[]): number {
  const name = label.toLowerCase();
  if (name.startsWith(words.join(' '))) return 0;
  if (words.every((word) => name.includes(word))) return 1;
  const all = [label, description, ...keywords].join('\n').toLowerCase();
  return words.every((word) => all.includes(word)) ? 2 : NOT;
}
