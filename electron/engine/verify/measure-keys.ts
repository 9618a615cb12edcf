import { isReplyError } from '../control/reply-error.ts';
import { MEMORY_USAGE, PageRequest } from './page-reader.ts';
import type { PrefixTree } from './prefix-tree.ts';
import type { Side } from './side.ts';

/** Asks a server what some of these keys take in memory, as many as the tree wants. What a server does not tell is left out. */
export async function measureKeys(server: Side, keys: readonly Buffer[], tree: PrefixTree): Promise<void> {
  if (!server.abilities.memoryUsage) return;
  const wanted = keys.filter((key) => tree.wantsSize(key));
  const request = new PageRequest();
  for (const key of wanted) request.add(MEMORY_USAGE, key);
  const replies = await server.read(request);
  wanted.forEach((key, i) => {
    const bytes = replies[i];
    if (typeof bytes === 'number') tree.measured(key, bytes);
    // Its user may not ask: the next keys would be refused as well.
    else if (isReplyError(bytes) && bytes.message.startsWith('NOPERM')) tree.measures = false;
  });
}
