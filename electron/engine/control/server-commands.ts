import type { Redis } from 'ioredis';
import type { ServerCommand } from '../commands/server-command.ts';
import { ifRefused } from './reply-error.ts';

/** Where the subcommands stand in a row. */
const SUBCOMMANDS = 9;

/** The server's own table of commands; empty where it does not tell. @throws what is no refusal */
export async function readServerCommands(redis: Redis): Promise<ServerCommand[]> {
  const reply = await redis.call('COMMAND').catch(ifRefused([]));
  return rowsOf(reply).map(serverCommand);
}

/** The commands of a reply to COMMAND; what contains subcommands is listed by them alone, as `xgroup|create`. */
export function parseSubcommands(reply: unknown): ServerCommand[] {
  return rowsOf(reply).flatMap((row) => {
    const under = parseSubcommands(row[SUBCOMMANDS]);
    return under.length > 0 ? under : [serverCommand(row)];
  });
}

type Row = readonly [name: string, arity: unknown, flags: readonly unknown[], ...unknown[]];

function rowsOf(reply: unknown): Row[] {
  return Array.isArray(reply) ? reply.filter(isRow) : [];
}

const isRow = (row: unknown): row is Row =>
  Array.isArray(row) && typeof row[0] === 'string' && Array.isArray(row[2]);

function serverCommand([name, arity, flags, first, last, step]: Row): ServerCommand {
  return {
    name: name.toLowerCase(),
    arity: Number(arity),
    write: flags.includes('write'),
    first: Math.max(0, Number(first)),
    last: Number(last),
    step: Number(step),
    movable: flags.includes('movablekeys'),
  };
}
