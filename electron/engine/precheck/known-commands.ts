/** A row of a server's own table of commands (`COMMAND`). */
export interface KnownCommand {
  /** In small letters; a subcommand, which servers list since 7.0, as `xgroup|create`. */
  readonly name: string;
  /** How many words, with the name; at least so many when it is negative. */
  readonly arity: number;
  readonly write: boolean;
  /** Where its first key stands; 0 when it has none, or when that depends on its arguments. */
  readonly firstKey: number;
}

/** Where the subcommands stand in a row. */
const SUBCOMMANDS = 9;

/** Reads the reply of COMMAND. What contains subcommands is listed by them alone. */
export function parseCommands(reply: unknown): KnownCommand[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((row: unknown): KnownCommand[] => {
    if (!Array.isArray(row)) return [];
    const [name, arity, flags, firstKey] = row as unknown[];
    if (typeof name !== 'string' || !Array.isArray(flags)) return [];
    const under = parseCommands((row as unknown[])[SUBCOMMANDS]);
    if (under.length > 0) return under;
    return [
      {
        name: name.toLowerCase(),
        arity: Number(arity),
        write: flags.includes('write'),
        firstKey: Math.max(0, Number(firstKey)),
      },
    ];
  });
}

/** How often each command was called since the server started, by its name as above: `INFO commandstats`. */
export function parseCommandCalls(info: ReadonlyMap<string, string>): Map<string, number> {
  const calls = new Map<string, number>();
  for (const [field, value] of info) {
    const name = /^cmdstat_(.+)/.exec(field)?.[1]?.toLowerCase();
    const count = Number(/^calls=(\d+)/.exec(value)?.[1] ?? 0);
    if (name !== undefined && count > 0) calls.set(name, count);
  }
  return calls;
}
