import type { Tone } from '../../../shared/model/tone.ts';

type Colour = readonly [red: number, green: number, blue: number];

/** Readable on light and on dark bars. */
const COLOURS: Readonly<Record<Tone, Colour>> = {
  good: [0x2c, 0x9a, 0x59],
  work: [0x32, 0x84, 0xd6],
  calm: [0x86, 0x8d, 0x98],
  warn: [0xd9, 0x8a, 0x14],
  bad: [0xd9, 0x48, 0x3b],
};

/** The two bars of the mark, in parts of the side. */
const BARS = [
  { left: 0.05, top: 0.16, right: 0.62, bottom: 0.44 },
  { left: 0.38, top: 0.56, right: 0.95, bottom: 0.84 },
] as const;

/** The mark in the colour of a state: `side` times `side` pixels, as blue, green, red and opacity. */
export function trayBitmap(tone: Tone, side: number): Buffer {
  const [red, green, blue] = COLOURS[tone];
  const pixels = Buffer.alloc(side * side * 4);
  for (const { left, top, right, bottom } of BARS)
    for (let y = Math.round(top * side); y < Math.round(bottom * side); y++)
      for (let x = Math.round(left * side); x < Math.round(right * side); x++)
        pixels.set([blue, green, red, 255], (y * side + x) * 4);
  return pixels;
}
