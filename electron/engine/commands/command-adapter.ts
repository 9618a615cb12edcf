import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { printable } from '../protocol/resp/describe-command.ts';
import { findLimit, word } from './limit-option.ts';

/** A command as its words. */
export type Words = readonly (string | Buffer)[];
type Given = readonly Buffer[];

interface Rule {
  /** Targets before this version (see TargetAbilities.version) need it. */
  readonly before: number;
  /** Which argument is the key; 0 for none. */
  readonly key: number;
  /** What the target is sent instead, which may be nothing; throws where there is no other form. */
  readonly adapt: (given: Given) => readonly Words[];
}

const EVERY_VERSION = Infinity;
/** The first version with UNLINK. */
export const UNLINK_VERSION = 40000;

/**
 * What a newer source sends in a form that an older target does not take, and the form that does the same. `xadd` and
 * `xtrim` need it everywhere: with `=` only a replica's own primary may give a LIMIT, and sources do send it.
 */
const RULES: Readonly<Record<string, readonly Rule[]>> = {
  hset: [{ before: 40000, key: 1, adapt: (given) => [['HMSET', ...given.slice(1)]] }],
  zpopmin: [{ before: 50000, key: 1, adapt: popLowest }],
  zpopmax: [{ before: 50000, key: 1, adapt: popHighest }],
  lpop: [{ before: 60200, key: 1, adapt: popFront }],
  rpop: [{ before: 60200, key: 1, adapt: popBack }],
  lmove: [{ before: 60200, key: 1, adapt: moveElement }],
  script: [{ before: 60200, key: 0, adapt: withoutFlushMode }],
  xgroup: [
    { before: 60200, key: 2, adapt: withoutConsumer },
    { before: 70000, key: 2, adapt: (given) => [withoutOption(given, 5, 'ENTRIESREAD')] },
  ],
  xsetid: [{ before: 70000, key: 1, adapt: (given) => [given.slice(0, 3)] }],
  xadd: [
    { before: 60200, key: 1, adapt: olderXadd },
    { before: EVERY_VERSION, key: 1, adapt: withoutExactLimit },
  ],
  xtrim: [
    { before: 60200, key: 1, adapt: olderXtrim },
    { before: EVERY_VERSION, key: 1, adapt: withoutExactLimit },
  ],
  zadd: [
    { before: 30002, key: 1, adapt: zaddWithoutOptions },
    { before: 60200, key: 1, adapt: refuseZaddComparison },
  ],
};

/** The commands that a target of this version may need in another form. */
export function adaptedCommands(version: number): string[] {
  return Object.keys(RULES).filter((name) => RULES[name]!.some((rule) => version < rule.before));
}

/** Gives commands the form that a target of one version takes. */
export class CommandAdapter {
  private readonly rules = new Map<string, Rule>();
  private readonly version: number;

  constructor(version: number) {
    this.version = version;
    for (const [name, rules] of Object.entries(RULES)) {
      const rule = rules.find(({ before }) => version < before);
      if (rule) this.rules.set(name, rule);
    }
  }

  /** Which argument of the command is its key; 0 when it has none. */
  keyIndex(given: Given): number {
    return this.ruleOf(given)?.key ?? 1;
  }

  /** @throws LockstepError COMMAND_UNSUPPORTED, naming the command and its key, where the target has no form for it */
  adapt(given: Given): readonly Words[] {
    return this.ruleOf(given)?.adapt(given) ?? [given];
  }

  /** What the target is sent in place of the name of a command that is passed through in parts; undefined for the same. */
  largeName(name: string): string | undefined {
    const lower = name.toLowerCase();
    if (lower === 'hset' && this.rules.has(lower)) return 'HMSET';
    return lower === 'unlink' && this.version < UNLINK_VERSION ? 'DEL' : undefined;
  }

  private ruleOf(given: Given): Rule | undefined {
    return this.rules.get(given[0]!.toString('latin1').toLowerCase());
  }
}

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
