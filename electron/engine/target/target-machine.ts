/** What is to be done on the target next, or is under way. */
export const STAGES = [
  'idle',
  'begin-copy',
  /** Until the snapshot is here whole; the target is left as it is. */
  'receiving',
  /** A fault of this machine has cut that short: another snapshot is asked for. */
  'receive-again',
  'replace',
  /** Until somebody has answered. */
  'asking',
  'copying',
  'sweep',
  'end-copy',
  'begin-stream',
  'streaming',
  'closed',
] as const;
export type Stage = (typeof STAGES)[number];

/**
 * What can happen to it. `copy` the source begins a snapshot, `stream` it goes on with the stream; `receive`, `whole`, `write`,
 * `copied`, `swept` and `noted` are the steps of a copy, in this order; `ask` somebody has to agree, `allow-replace` and
 * `allow-sweep` somebody has; `apply` the stream is applied. The others are faults, after each of which something is done again:
 * `line-lost` the data connection broke, `copy-lost` and `stream-lost` what went over it failed, `mend` keys have to be brought to
 * the source's state. `reset` the spool goes, `close` nothing more is written.
 */
export const STAGE_SIGNALS = [
  'copy',
  'stream',
  'receive',
  'whole',
  'write',
  'copied',
  'swept',
  'noted',
  'ask',
  'allow-replace',
  'allow-sweep',
  'apply',
  'line-lost',
  'copy-lost',
  'stream-lost',
  'mend',
  'reset',
  'close',
] as const;
export type StageSignal = (typeof STAGE_SIGNALS)[number];

/** The source's snapshots and the end of the spool come whatever is under way. */
const open = { copy: 'begin-copy', reset: 'idle', close: 'closed' } as const;
/** A fault of a connection that was being left behind is one of what has come after it. */
const onTarget = { ...open, 'copy-lost': 'copying', 'stream-lost': 'begin-stream' } as const;

const TRANSITIONS: Readonly<Record<Stage, Readonly<Partial<Record<StageSignal, Stage>>>>> = {
  idle: { ...open, stream: 'begin-stream' },
  'begin-copy': { ...onTarget, receive: 'receiving', write: 'copying', 'line-lost': 'begin-copy' },
  receiving: { ...onTarget, whole: 'replace', 'line-lost': 'receiving', 'copy-lost': 'receive-again' },
  'receive-again': { ...onTarget, 'line-lost': 'receive-again', 'copy-lost': 'receive-again' },
  replace: { ...onTarget, ask: 'asking', write: 'copying', 'line-lost': 'replace' },
  asking: {
    ...onTarget,
    'allow-replace': 'replace',
    'allow-sweep': 'sweep',
    'line-lost': 'asking',
  },
  copying: { ...onTarget, write: 'copying', copied: 'sweep', 'line-lost': 'copying' },
  sweep: { ...onTarget, ask: 'asking', swept: 'end-copy', 'line-lost': 'sweep' },
  'end-copy': { ...onTarget, noted: 'begin-stream', 'line-lost': 'end-copy' },
  'begin-stream': { ...onTarget, apply: 'streaming', mend: 'begin-stream', 'line-lost': 'begin-stream' },
  streaming: { ...onTarget, mend: 'begin-stream', 'line-lost': 'begin-stream' },
  closed: { close: 'closed' },
};

/** The stage that a signal leads to, or undefined when it does not fit the stage. */
export const nextStage = (stage: Stage, signal: StageSignal): Stage | undefined => TRANSITIONS[stage][signal];
