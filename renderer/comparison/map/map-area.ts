import type { PrefixCounts } from '../../../shared/model/comparison.ts';
import { keysOf } from './prefix-nodes.ts';

/** What the area of a cell is as large as. */
export type MapArea = 'keys' | 'memory';

export const weightOf = (counts: PrefixCounts, area: MapArea): number =>
  area === 'keys' ? keysOf(counts) : (counts.bytes ?? 0);
