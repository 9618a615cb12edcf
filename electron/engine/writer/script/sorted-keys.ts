import type { Redis } from 'ioredis';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { parseSort, placeOf, sortedElements, type SortPlace } from '../../commands/sort-options.ts';
import type { Words } from '../../commands/command-row.ts';
import { isReplyError } from '../../control/reply-error.ts';
import type { CrossingPlan } from '../../router/crossing-plan.ts';
import { keySlot } from '../../router/key-slot.ts';
import { checkCarried } from './carried-bytes.ts';

/** They are looked up one by one. */
const MOST_ELEMENTS = 100_000;
/** Words of one RPUSH. */
const PUSHED_AT_ONCE = 5000;

type OnSlot = (slot: number) => Promise<Redis>;

/**
 * SORT ... STORE by what keys hold that only the elements tell, as what it writes in the end: the list, in the place of what stood there.
 * @throws LockstepError COMMAND_TOO_LARGE
 */
export async function sortedCommands(plan: CrossingPlan, onSlot: OnSlot): Promise<readonly Words[]> {
  const { name, given, keys } = plan;
  const options = parseSort(given);
  const { by, unsorted, gets } = options;
  const source = keys.find(({ index }) => index === 1)!;
  const { elements, isSet } = await elementsOf(name, await onSlot(source.slot), given[1]!);
  // Those of a set have no order of their own.
  const order = unsorted && isSet ? { ...options, unsorted: false, alpha: true } : options;
  const weights = by && !unsorted ? await lookUp(name, by, elements, onSlot) : undefined;
  const sorted = sortedElements(elements, weights, order);
  const columns = await Promise.all(gets.map((get) => lookUp(name, get, sorted, onSlot)));
  const result =
    gets.length === 0
      ? sorted
      : sorted.flatMap((_, i) => columns.map((column) => column[i] ?? Buffer.alloc(0)));
  const to = given[plan.to.index]!;
  const commands: Words[] = [['DEL', to]];
  for (let i = 0; i < result.length; i += PUSHED_AT_ONCE)
    commands.push(['RPUSH', to, ...result.slice(i, i + PUSHED_AT_ONCE)]);
  return commands;
}

async function elementsOf(
  name: string,
  redis: Redis,
  key: Buffer,
): Promise<{ readonly elements: readonly Buffer[]; readonly isSet: boolean }> {
  const type = await redis.type(key);
  const isSet = type === 'set';
  if (type === 'none') return { elements: [], isSet };
  const count = await (isSet ? redis.scard(key) : type === 'zset' ? redis.zcard(key) : redis.llen(key));
  if (count > MOST_ELEMENTS)
    throw new LockstepError(
      'COMMAND_TOO_LARGE',
      `${name.toUpperCase()} looks up keys for each of ${count} elements, and the target is a cluster`,
    );
  const elements = await (isSet
    ? redis.smembersBuffer(key)
    : type === 'zset'
      ? redis.zrangeBuffer(key, '0', '-1')
      : redis.lrangeBuffer(key, 0, -1));
  return { elements, isSet };
}

/** What a pattern leads to for each of these; null for nothing. */
async function lookUp(
  name: string,
  pattern: Buffer,
  elements: readonly Buffer[],
  onSlot: OnSlot,
): Promise<readonly (Buffer | null)[]> {
  if (pattern.equals(ITSELF)) return elements;
  const values = await Promise.all(
    elements.map(async (element) => {
      const place = placeOf(pattern, element);
      return place ? valueAt(await onSlot(keySlot(place.key)), place) : null;
    }),
  );
  checkCarried(
    name,
    values.reduce((sum, value) => sum + (value?.length ?? 0), 0),
  );
  return values;
}

const valueAt = (redis: Redis, { key, field }: SortPlace): Promise<Buffer | null> =>
  (field ? redis.hgetBuffer(key, field) : redis.getBuffer(key)).catch((error: unknown) => {
    // A key of another kind counts as none.
    if (isReplyError(error) && error.message.startsWith('WRONGTYPE')) return null;
    throw error;
  });

const ITSELF = Buffer.from('#');
