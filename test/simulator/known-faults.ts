import type { Topology } from './topology.ts';

/** A fault that the engine once had, as a change of its source that brings it back. */
export interface KnownFault {
  /** What it leads to. */
  readonly about: string;
  readonly file: string;
  /** Stands there once. */
  readonly text: string;
  readonly instead: string;
  /** The histories that it is looked for in; those of two servers by default. */
  readonly topology?: Topology;
}

/** What the simulator has to find again: put back by `--put-back <name>`, in memory alone. */
export const KNOWN_FAULTS: Readonly<Record<string, KnownFault>> = {
  'failed-command': {
    about:
      'a checkpoint vouches for its own batch, though a command of it may have failed: a crash goes on behind it',
    file: 'electron/engine/writer/exec-writer.ts',
    text: 'encodeCheckpoint(this.options.task, checkpoint)',
    instead: 'encodeCheckpoint(this.options.task, vouchedFor(checkpoint))',
  },
  'release-against-takeover': {
    about: 'a walk over expiry does not look who owns the task: a page of a deposed run makes times exact',
    file: 'electron/engine/expiry/walk-script.ts',
    text: "if present ~= epoch then return {'deposed', present or ''} end\n",
    instead: '',
  },
  'lost-answer-to-a-claim': {
    about: 'a run takes its own claim, whose answer was lost, for that of another one',
    file: 'electron/engine/session/owner.ts',
    text: ' && present.owner !== ours.owner',
    instead: '',
  },
  'deadline-ignored': {
    about: 'a batch that comes later than its keys were held for is not found out',
    file: 'electron/engine/writer/exec-writer.ts',
    text: 'judgement.time ? deadline : 0',
    instead: '0',
  },
};
