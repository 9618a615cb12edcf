import type { Side } from './side.ts';

/** Of a page that hardly any name is sent of, a server is busy with so many names for a few milliseconds. */
const PAGE_COUNT = 10_000;

/**
 * Names of the tool's own in the selected database of a server, which can only be found by going through all names there. One may come twice
 * while the server resizes its table. `onPassed`: about so many more names were gone through.
 */
export async function ownNames(
  server: Side,
  pattern: string,
  onPassed: (names: number) => void,
): Promise<Buffer[]> {
  const found: Buffer[] = [];
  let cursor = '0';
  do {
    const page = await server.call('SCAN', cursor, 'MATCH', pattern, 'COUNT', PAGE_COUNT);
    if (!Array.isArray(page)) break;
    cursor = String(page[0]);
    for (const name of page[1] as Buffer[]) found.push(name);
    onPassed(PAGE_COUNT);
  } while (cursor !== '0');
  return found;
}
