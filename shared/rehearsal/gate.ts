import { z } from 'zod';

/** What has to be so before a source is given up for its target, in the order in which it is shown. */
export const GATES = {
  lag: 'Nothing behind for long enough',
  compared: 'Compared, and equal',
  writes: 'Nobody writes on the source',
  buffer: 'Nothing waits in the buffer on this machine',
  slots: 'No slots on their way',
  persistence: 'Persistence of the target',
  replicas: 'Replicas of the target',
  eviction: 'What the target does when it is full',
  users: 'ACL users',
  libraries: 'Function libraries',
  settings: 'Settings that clients notice',
  expiry: 'Expiry on the target',
  clients: 'Clients of the source',
} as const;
export type GateId = keyof typeof GATES;
export const GATE_IDS = Object.keys(GATES) as [GateId, ...GateId[]];

/** `blocks`: it is not to be done now. `mind`: it is to be known, and the user's to decide. */
const gateItemSchema = z.object({
  id: z.enum(GATE_IDS),
  state: z.enum(['ready', 'mind', 'blocks']),
  /** What was found, with its figures. */
  found: z.string(),
  /** Who is in the way: `10.0.0.7:41234 (billing), last command set`. */
  who: z.array(z.string()).readonly(),
  /** To be copied; never run by Lockstep. */
  command: z.string().optional(),
  /** Left out where it is run on one server. */
  where: z.literal('each-primary').optional(),
});
export type GateItem = Readonly<z.infer<typeof gateItemSchema>>;
export const gateSchema = z.array(gateItemSchema).readonly();

export const isOpen = (items: readonly GateItem[]): boolean => items.every(({ state }) => state !== 'blocks');

/** Where the command of an item is to be run. */
export const describeWhere = ({ where }: Pick<GateItem, 'where'>): string =>
  where === 'each-primary'
    ? 'To be run by you, on each primary of the source:'
    : 'To be run by you, on the source:';
