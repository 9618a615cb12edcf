import type { Side } from './side.ts';

/** Keys that begin so are the tool's own (checkpoints) and take no part in a comparison. */
export const OWN_PREFIX = Buffer.from('lockstep:');

/** Where values are read. */
export const VALUES_COUNT = 500;
/** Where names alone are looked at; a server is busy with a page of them for less than a millisecond. */
export const NAMES_COUNT = 2000;

type ScanReply = [cursor: Buffer, keys: Buffer[]];

/**
 * The keys of the selected database, page by page, without the tool's own. The next page is asked for while the present
 * one is worked on; `onOwn` is told how many were left out. A key may come twice when the server resizes its table meanwhile; within a page it comes once.
 */
export async function* scanPages(
  side: Side,
  onOwn: (keys: number) => void,
  count: () => number = () => VALUES_COUNT,
): AsyncGenerator<Buffer[]> {
  let next: Promise<ScanReply> | undefined = scan(side, '0', count());
  while (next) {
    const [cursor, keys]: ScanReply = await next;
    const position: string = cursor.toString();
    next = position === '0' ? undefined : scan(side, position, count());
    // Whoever stops early leaves this promise to itself.
    next?.catch(() => undefined);
    const page = withoutRepeats(keys.filter((key) => !isOwnKey(key)));
    const own = withoutRepeats(keys.filter(isOwnKey)).length;
    if (own > 0) onOwn(own);
    if (page.length > 0) yield page;
  }
}

export function isOwnKey(key: Buffer): boolean {
  return (
    key.length >= OWN_PREFIX.length &&
    key.compare(OWN_PREFIX, 0, OWN_PREFIX.length, 0, OWN_PREFIX.length) === 0
  );
}

function scan(side: Side, cursor: string, count: number): Promise<ScanReply> {
  return side.call('SCAN', cursor, 'COUNT', count) as Promise<ScanReply>;
}

function withoutRepeats(keys: Buffer[]): Buffer[] {
  const seen = new Set<string>();
  return keys.filter((key) => {
    const before = seen.size;
    return seen.add(key.toString('latin1')).size > before;
  });
}
