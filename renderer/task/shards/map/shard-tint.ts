import type { CSSProperties } from 'react';

/** Of which each hue is as far from those of the numbers around it as can be, however many there are. */
const GOLDEN_ANGLE = 137.508;
/** So that shards of hues that come close after many are lighter or darker than each other. */
const SHADES = [0, 0.09, -0.09] as const;

/** The colour of a shard by its number, which it keeps; how light and how strong colours are is the theme's (`tint` of the style sheet). */
export const shardTint = (part: number): CSSProperties => ({
  ['--hue' as never]: `${(((part - 1) * GOLDEN_ANGLE + 250) % 360).toFixed(1)}`,
  ['--shade' as never]: String(SHADES[(part - 1) % SHADES.length]),
});
