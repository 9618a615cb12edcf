import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { printable } from '../protocol/resp/describe-command.ts';
import type { Given, OlderForm, Words } from './command-row.ts';
import { findLimit, word } from './limit-option.ts';

/**
 * What a newer source sends in a form that an older target does not take, and the form that does the same. XADD and
 * XTRIM need it everywhere: with `=` only a replica's own primary may give a LIMIT, and sources do send it.
 */
const EVERY_VERSION = Infinity;

const before = (version: number, adapt: OlderForm['adapt']): OlderForm => ({ before: version, adapt });
const inFront = (version: number, adapt: OlderForm['adapt']): OlderForm => ({
  ...before(version, adapt),
  inFront: true,
});
const renamed = (version: number, name: string): OlderForm =>
  inFront(version, (given) => [[name, ...given.slice(1)]]);

export const OLDER_HSET = [renamed(40000, 'HMSET')];
export const OLDER_UNLINK = [renamed(40000, 'DEL')];
export const OLDER_ZPOPMIN = [before(50000, popLowest)];
export const OLDER_ZPOPMAX = [before(50000, popHighest)];
export const OLDER_LPOP = [before(60200, popFront)];
export const OLDER_RPOP = [before(60200, popBack)];
export const OLDER_LMOVE = [before(60200, moveElement)];
export const OLDER_SCRIPT = [before(60200, withoutFlushMode)];
export const OLDER_XGROUP = [
  before(60200, withoutConsumer),
  before(70000, (given) => [withoutOption(given, 5, 'ENTRIESREAD')]),
];
export const OLDER_XSETID = [before(70000, (given) => [given.slice(0, 3)])];
export const OLDER_XADD = [inFront(60200, olderXadd), inFront(EVERY_VERSION, withoutExactLimit)];
export const OLDER_XTRIM = [inFront(60200, olderXtrim), inFront(EVERY_VERSION, withoutExactLimit)];
export const OLDER_ZADD = [inFront(30002, zaddWithoutOptions), inFront(60200, refuseZaddComparison)];

function popLowest(given: Given): readonly Words[] {
  const count = given[2] ? number(given[2]) : 1;
  return [['ZREMRANGEBYRANK', given[1]!, '0', String(count - 1)]];
}

function popHighest(given: Given): readonly Words[] {
  const count = given[2] ? number(given[2]) : 1;
  return [['ZREMRANGEBYRANK', given[1]!, String(-count), '-1']];
}

function popFront(given: Given): readonly Words[] {
  return given[2] ? [['LTRIM', given[1]!, String(number(given[2])), '-1']] : [given];
}

function popBack(given: Given): readonly Words[] {
  return given[2] ? [['LTRIM', given[1]!, '0', String(-1 - number(given[2]))]] : [given];
}

function moveElement(given: Given): readonly Words[] {
  if (word(given[3]) === 'RIGHT' && word(given[4]) === 'LEFT') return [['RPOPLPUSH', given[1]!, given[2]!]];
  throw unsupported(given, 1, `LMOVE ${word(given[3])} ${word(given[4])}`);
}

function withoutFlushMode(given: Given): readonly Words[] {
  return word(given[1]) === 'FLUSH' ? [given.slice(0, 2)] : [given];
}

/** Before 6.2 a consumer exists from its first pending entry on, so creating one has nothing to do. */
function withoutConsumer(given: Given): readonly Words[] {
  return word(given[1]) === 'CREATECONSUMER' ? [] : [withoutOption(given, 5, 'ENTRIESREAD')];
}

function olderXadd(given: Given): readonly Words[] {
  const [adapted] = withoutExactLimit(given) as [Given];
  const words = [...adapted];
  for (let i = 2; i < words.length;) {
    const option = word(words[i]);
    if (option === 'MINID') throw unsupported(given, 1, 'XADD ... MINID');
    // It has been added, so the stream was there.
    if (option === 'NOMKSTREAM') words.splice(i, 1);
    else if (option === 'MAXLEN') i += /^[=~]$/.test(word(words[i + 1])) ? 3 : 2;
    else break;
  }
  return [words];
}

function olderXtrim(given: Given): readonly Words[] {
  if (word(given[2]) === 'MINID') throw unsupported(given, 1, 'XTRIM ... MINID');
  return withoutExactLimit(given);
}

/** LIMIT goes with `~` only; the source has written what it really trimmed to behind `=`, and left the LIMIT. */
function withoutExactLimit(given: Given): readonly Words[] {
  const limit = findLimit(given);
  return [limit < 0 ? given : given.toSpliced(limit, 2)];
}

function withoutOption(given: Given, from: number, option: string): Given {
  const at = given.findIndex((argument, i) => i >= from && word(argument) === option);
  return at < 0 ? given : given.toSpliced(at, 2);
}

function refuseZaddComparison(given: Given): readonly Words[] {
  for (const option of zaddOptions(given))
    if (option === 'GT' || option === 'LT') throw unsupported(given, 1, `ZADD ... ${option}`);
  return [given];
}

/** CH changes the reply only, and INCR has a command of its own. */
function zaddWithoutOptions(given: Given): readonly Words[] {
  const options = zaddOptions(given);
  const pairs = given.slice(2 + options.length);
  for (const option of options)
    if (option !== 'CH' && option !== 'INCR') throw unsupported(given, 1, `ZADD ... ${option}`);
  return [[options.includes('INCR') ? 'ZINCRBY' : 'ZADD', given[1]!, ...pairs]];
}

function zaddOptions(given: Given): string[] {
  const options: string[] = [];
  for (let i = 2; i < given.length && /^(NX|XX|GT|LT|CH|INCR)$/.test(word(given[i])); i++)
    options.push(word(given[i]));
  return options;
}

function number(argument: Buffer): number {
  const value = Number(argument.toString('latin1'));
  if (!Number.isSafeInteger(value))
    throw new LockstepError('SOURCE_PROTOCOL', 'a count in the stream is no number');
  return value;
}

function unsupported(given: Given, key: number, form: string): LockstepError {
  const name = given[key]!;
  return new LockstepError(
    'COMMAND_UNSUPPORTED',
    `${form} on key ${printable(name, 0, name.length)}: the target does not know this form of the command`,
  );
}
