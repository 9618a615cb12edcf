import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { locate } from '../intake/resolver/resolver.ts';
import type { World } from '../world/world.ts';
import { ComparedSide } from './compared-side.ts';

/** The servers of either side that have its keys, all of them or none. @throws LockstepError as `locate` and `ComparedSide.open` do */
export async function openBoth({
  world,
  source,
  target,
}: {
  readonly world: World;
  readonly source: Endpoint;
  readonly target: Endpoint;
}): Promise<[ComparedSide, ComparedSide]> {
  const opened = await Promise.allSettled([
    locate(world, 'source', source).then((at) => ComparedSide.open(world, 'source', at)),
    locate(world, 'target', target).then((at) => ComparedSide.open(world, 'target', at)),
  ]);
  const sides = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (sides.length === 2) return sides as [ComparedSide, ComparedSide];
  for (const side of sides) side.close();
  throw opened.find((result) => result.status === 'rejected')!.reason;
}
