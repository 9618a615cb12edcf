import { z } from 'zod';

export const boundsSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
});
/** In the pixels of the desktop. */
export type Bounds = z.infer<typeof boundsSchema>;

export const SMALLEST = { width: 880, height: 560 } as const;
const FIRST = { width: 1280, height: 820 } as const;
/** So much of the window has to lie on a screen for its title bar to be within reach. */
const REACHABLE = { width: 120, height: 60 } as const;

/** Where the window is to open: where it was, if a screen is still there, and no larger than that screen. */
export function placeWindow(saved: Bounds | undefined, workAreas: readonly Bounds[]): Partial<Bounds> {
  const area = saved && workAreas.find((candidate) => isReachable(saved, candidate));
  if (!saved || !area) return { ...fit(saved ?? FIRST, workAreas[0]) };
  const size = fit(saved, area);
  return { x: within(saved.x, area.x), y: within(saved.y, area.y), ...size };
}

function fit(
  size: Pick<Bounds, 'width' | 'height'>,
  area: Bounds | undefined,
): Pick<Bounds, 'width' | 'height'> {
  const most = area ?? { width: Infinity, height: Infinity };
  return {
    width: Math.min(Math.max(size.width, SMALLEST.width), Math.max(most.width, SMALLEST.width)),
    height: Math.min(Math.max(size.height, SMALLEST.height), Math.max(most.height, SMALLEST.height)),
  };
}

/** Not above or left of the screen, where the title bar could not be taken hold of. */
const within = (position: number, start: number): number => Math.max(position, start);

function isReachable(window: Bounds, area: Bounds): boolean {
  const overlap = (from: number, size: number, areaFrom: number, areaSize: number): number =>
    Math.min(from + size, areaFrom + areaSize) - Math.max(from, areaFrom);
  return (
    overlap(window.x, window.width, area.x, area.width) >= REACHABLE.width &&
    overlap(window.y, window.height, area.y, area.height) >= REACHABLE.height
  );
}
