/** How a log is linked to its source. */
export const LINK_STATES = [
  /** Not at all; whoever reads it makes the next attempt. */
  'down',
  /** The source has not answered yet, or its answer is being looked at. */
  'asking',
  'linked',
  /** Nothing more comes into it: what is in it can be read. */
  'over',
] as const;
export type LinkState = (typeof LINK_STATES)[number];

/** `open` an attempt begins, `answered` the source goes on where it was asked to, `lost` the link broke or was left, `end` nothing more is to come. */
export const LINK_SIGNALS = ['open', 'answered', 'lost', 'end'] as const;
export type LinkSignal = (typeof LINK_SIGNALS)[number];

const TRANSITIONS: Readonly<Record<LinkState, Readonly<Partial<Record<LinkSignal, LinkState>>>>> = {
  down: { open: 'asking', end: 'over' },
  asking: { answered: 'linked', lost: 'down', end: 'over' },
  linked: { lost: 'down', end: 'over' },
  over: {},
};

/** The state that a signal leads to, or undefined where it does not fit. */
export const nextLinkState = (state: LinkState, signal: LinkSignal): LinkState | undefined =>
  TRANSITIONS[state][signal];
