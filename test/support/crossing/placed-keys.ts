import { keySlot, SLOTS } from '../../../electron/engine/router/key-slot.ts';

/** Where the keys of one command lie: by slot, and by lane of LaneBench. */
export type Placement =
  'in one slot' | 'in slots of one lane' | 'in two lanes of a node' | 'on different nodes';
export const PLACEMENTS: readonly Placement[] = [
  'in one slot',
  'in slots of one lane',
  'in two lanes of a node',
  'on different nodes',
];

/** Lanes of the first, second and third key. */
const LANES: Readonly<Record<Placement, readonly [number, number, number]>> = {
  'in one slot': [1, 1, 1],
  'in slots of one lane': [0, 0, 0],
  'in two lanes of a node': [0, 3, 0],
  'on different nodes': [2, 0, 1],
};

/** Names with braces that are a tag, that are none, and in UTF-8; `#` is a number. */
const FORMS = ['plain:#', '{}x#', '{#}{b}', 'a{b#', 'schlüssel-#', '鍵{#}', '{#}'];

let count = 0;

/** Three names that nobody had before. */
export function placedKeys(placement: Placement, laneOfSlot: Int16Array): readonly [string, string, string] {
  const [first, ...others] = LANES[placement];
  const form = (): string => FORMS[count % FORMS.length]!.replace('#', String(count++));
  const inLane = (lane: number): string => {
    for (let tries = 0; tries < SLOTS; tries++) {
      const name = form();
      if (laneOfSlot[keySlot(Buffer.from(name))] === lane) return name;
    }
    throw new Error(`no name for lane ${lane}`);
  };
  if (placement === 'in one slot') {
    const tag = `{t${count++}}`;
    return [`a${tag}`, `${tag}ü`, `${tag}{b}`];
  }
  return [inLane(first), inLane(others[0]!), inLane(others[1]!)];
}
