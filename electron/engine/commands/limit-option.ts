/** The LIMIT of XADD and XTRIM: with `=` only a replica's own primary may give one, and sources do send it. */
import { FRONT_WORDS } from './command-row.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';

const LIMIT = Buffer.from('limit');

/** Whether LIMIT stands where an XADD or XTRIM may have it; an XADD without options is told by its id. */
export function mayHaveLimit(mem: Buffer, reader: CommandReader): boolean {
  const end = Math.min(reader.count, FRONT_WORDS);
  for (let i = 2; i < end; i++) {
    const from = reader.from[i]!;
    if (i === 2 && (mem[from]! < 65 || from === reader.to[i])) return false;
    if (reader.to[i]! - from !== LIMIT.length) continue;
    let same = 0;
    while (same < LIMIT.length && (mem[from + same]! | 0x20) === LIMIT[same]) same += 1;
    if (same === LIMIT.length) return true;
  }
  return false;
}

/** The index of LIMIT among the options in front of an XADD's id or of an XTRIM with an exact bound; -1 for none. */
export function findLimit(given: readonly Buffer[]): number {
  let exact = true;
  let limit = -1;
  for (let i = 2; i < given.length; i++) {
    const option = word(given[i]);
    if (option === 'LIMIT') limit = i++;
    else if (option === 'MAXLEN' || option === 'MINID') {
      const mark = word(given[i + 1]);
      exact = mark !== '~';
      i += /^[=~]$/.test(mark) ? 2 : 1;
    } else if (option !== 'NOMKSTREAM') break;
  }
  return exact ? limit : -1;
}

/** An argument as an option: in capitals; '' for what is too long to be one. */
export function word(argument: Buffer | undefined): string {
  return argument && argument.length <= 16 ? argument.toString('latin1').toUpperCase() : '';
}
