import type { ArgumentText } from './argument-text.ts';
import type { Crossing } from './crossing.ts';
import type { ExpiryPlace } from './expiry-place.ts';
import type { Given, Words } from './words.ts';
export type { Given, Words };

/** What is done with a command of the replication stream. */
export const ACTION = {
  /** Passed on as it is. */
  PASS: 1,
  /** Passed on as it is where it has no options. */
  SET: 2,
  DROP: 3,
  REPLCONF: 4,
  SELECT: 5,
  MULTI: 6,
  EXEC: 7,
  FLUSHALL: 8,
  FLUSHDB: 9,
  SWAPDB: 10,
  MOVE: 11,
  COPY: 12,
  /** They carry an expiry: see CommandRow.expiry. It is all that this one does. */
  EXPIRE: 13,
  /** The time stands in front of the value. */
  SETEX: 14,
  GETEX: 15,
  RESTORE: 16,
  /** Beside what it says of an expiry it goes out as it came. */
  EXPIRY_OPTION: 17,
  /** The target needs another form of it. */
  ADAPT: 18,
  /** XADD and XTRIM, which need another form only when they have a LIMIT. */
  ADAPT_LIMIT: 19,
  /** EVAL, EVALSHA and FCALL, and what concerns their cache: see HeldScripts. */
  EVAL: 20,
  SCRIPT: 21,
  /** Changes of the function libraries: see LibraryCommands. */
  FUNCTION: 22,
  /** Never passed on, though a target's own table may call it a write. */
  FORBIDDEN: 23,
  /** Dropped where it tells replicas of slots that are carried, and else never passed on: see `isSlotNotice`. */
  CLUSTER: 24,
} as const;

export type Action = (typeof ACTION)[keyof typeof ACTION];

/** Keys at fixed places: `last` counts from the end where it is negative. */
export interface KeyPlaces {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** How many of them, from the first on, the command changes; the others it only reads. */
  readonly changes: number;
  /** How many of those, from the first on, get a value that does not depend on the one they had, or end without one. */
  readonly overwrites: number;
}

export interface FoundKeys {
  /** Indices of arguments: those that are overwritten first, then those that are changed, then those that are only read. */
  readonly keys: readonly number[];
  readonly changes: number;
  readonly overwrites: number;
  /** The database of those that are overwritten, where it is not the selected one. */
  readonly otherDb?: number;
  /** It may use others, which cannot be told. */
  readonly partly?: true;
}

/** Finds the keys among `count` words; undefined where they cannot be told. */
export type KeyFinder = (text: ArgumentText, count: number) => FoundKeys | undefined;

/**
 * `unknown`: its keys cannot be told from the command, or it reaches beyond keys. `first`: its only key is argument 1, and
 * the finder tells how it is used.
 */
export type KeyRule = KeyPlaces | KeyFinder | { readonly first: KeyFinder } | 'none' | 'unknown';

/** The most words in front of what may be large: XADD key MAXLEN = 1 LIMIT 1 NOMKSTREAM. */
export const FRONT_WORDS = 8;

/** What targets before a version are sent in place of a command. */
export interface OlderForm {
  /** It differs in its first words alone, up to FRONT_WORDS of them: `adapt` takes these without what follows. */
  readonly inFront?: true;
  /** See TargetAbilities.version; Infinity for every target. */
  readonly before: number;
  /** What the target is sent instead, which may be nothing; throws where there is no other form. */
  readonly adapt: (given: Given) => readonly Words[];
}

/** Whether the argument at this index is a key of the tool's own. */
export type IsOwn = (index: number) => boolean;

/**
 * What is left of a command where some of its keys are own, but not all that it changes; undefined where nothing does the same. On a
 * cluster it tells as well what is left of it in one slot without the keys of the others.
 */
export type LeftOf = (given: Given, own: IsOwn, keys: readonly number[]) => readonly Words[] | undefined;

/** What is asked about a user's rights: `copy`, no copy can be made without it; `common`, every server has it unless it is disabled. */
export type Need = 'copy' | 'common';

/**
 * A list of keys that have nothing to do with one another, each with what belongs to it: several commands of a part of them
 * each do the same when they are run in one step.
 */
export interface Parts {
  /** So many words every part begins with, the name among them. */
  readonly head: number;
  /** The words of one key: itself, and its value if there are two. */
  readonly step: 1 | 2;
  /** The name of a part, where it is another one. */
  readonly name?: string;
}

/** A list of elements of one key, as Parts are of keys: in the order of the pieces they do the same. */
export interface Elements {
  /** So many words every piece begins with: the name, the key, and the options. */
  readonly head: number;
  /** The words of one element. */
  readonly step: number;
}

/** All that is known of one command. */
export interface CommandRow {
  /** In small letters. */
  readonly name: string;
  /** How few and how many words it may have, with its name. */
  readonly least: number;
  readonly most: number;
  /** More than the fewest come so many at a time. */
  readonly step?: number;
  readonly keys: KeyRule;
  readonly action: Action;
  readonly expiry?: ExpiryPlace;
  readonly older?: readonly OlderForm[];
  /** Never comes as it is: sources send what it did, in commands that were there before it. */
  readonly sentAsOthers?: true;
  readonly need?: Need;
  /** How it is divided where it is too large to be held. */
  readonly parts?: Parts;
  /** How it is divided where it has more words than a step of a server takes. */
  readonly elements?: (given: Words) => Elements;
  /** Every argument that begins as the tool's own keys do is one: it may go out before all of its keys are known. */
  readonly keysTold?: true;
  /** What is left of it without keys of the tool's own: see withoutOwnKeys. */
  readonly withoutOwn?: LeftOf;
  /** How it is done where its keys lie in several slots of a cluster; such a command without it is refused there. */
  readonly crossing?: Crossing;
  /** What nodes of a cluster take in its place, or the same where they take it; or how it is done where they take nothing that does it. */
  readonly onCluster?: (given: Given) => Given | Crossing;
}
