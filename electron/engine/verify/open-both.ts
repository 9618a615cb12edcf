import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { locate } from '../intake/resolver/resolver.ts';
import type { World } from '../world/world.ts';
import { ComparedSide } from './compared-side.ts';
import { throwIfAborted } from './throw-if-aborted.ts';

export interface BothServers {
  readonly world: World;
  readonly source: Endpoint;
  readonly target: Endpoint;
}

/**
 * Does something with both sides, whose connections are closed afterwards, or once `signal` is aborted, so that the end of a large value is
 * not waited for. @throws LockstepError as `locate` and `ComparedSide.open` do; INTERRUPTED when the signal is aborted; what `work` throws
 */
export async function withBoth<T>(
  { signal, ...servers }: BothServers & { readonly signal?: AbortSignal | undefined },
  work: (source: ComparedSide, target: ComparedSide) => Promise<T>,
): Promise<T> {
  const [source, target] = await openBoth(servers);
  const stop = (): void => {
    source.close();
    target.close();
  };
  signal?.addEventListener('abort', stop);
  try {
    return await work(source, target);
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

/** The servers of either side that have its keys, all of them or none. */
async function openBoth({ world, source, target }: BothServers): Promise<[ComparedSide, ComparedSide]> {
  const opened = await Promise.allSettled([
    locate(world, 'source', source).then((at) => ComparedSide.open(world, 'source', at)),
    locate(world, 'target', target).then((at) => ComparedSide.open(world, 'target', at)),
  ]);
  const sides = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (sides.length === 2) return sides as [ComparedSide, ComparedSide];
  for (const side of sides) side.close();
  throw opened.find((result) => result.status === 'rejected')!.reason;
}
