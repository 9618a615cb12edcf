import type { Scene } from './topology.ts';
import type { Trait } from './traits.ts';

/** A fault that the engine once had, as a change of its source that brings it back. */
export interface KnownFault {
  /** What it leads to. */
  readonly about: string;
  readonly file: string;
  /** Stands there once. */
  readonly text: string;
  readonly instead: string;
  /** The histories that it is looked for in; those of two servers by default. */
  readonly topology?: Scene;
  /** And with these kinds of fault alone, by which it is found sooner; with all by default. */
  readonly only?: string;
  /** And of which each has these; without any by default. */
  readonly traits?: readonly Trait[];
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
    file: 'electron/engine/target/owner.ts',
    text: ' && present.owner !== ours.owner',
    instead: '',
  },
  'deadline-ignored': {
    about: 'a batch that comes later than its keys were held for is not found out',
    file: 'electron/engine/writer/exec-writer.ts',
    text: 'judgement.time ? deadline : 0',
    instead: '0',
  },
  'copy-without-lanes': {
    about:
      'a lane stands where the copy began and ended, so a node that goes back to within it seems to have all of it',
    file: 'electron/engine/copy/copy-stage.ts',
    text: 'if (servers.cluster && !spec.fullOnly) await this.lanes.divideCopied();',
    instead: '',
    topology: 'target-cluster',
    only: 'fail over target,restart target',
  },
  'carried-keys-lost': {
    about: 'a node that slots have gone to goes back to before it had their keys, and is not looked at',
    file: 'electron/engine/checkpoint/lane-process.ts',
    text: 'if (known) return running?.run.startsWith(known.run) ?? false;',
    instead: 'if (known ?? running) return true;',
    topology: 'target-cluster',
    only: 'move slots and fail over,fail over target,restart target,move slots of the target',
  },
  'command-without-a-node': {
    about:
      'a command across slots does not wait for the node that has one of its keys and is away: it is done with what that had before',
    file: 'electron/engine/writer/script/lanes-barrier.ts',
    text: 'still || (away && !this.concerns(lane))',
    instead: 'still || away',
    topology: 'target-cluster',
    only: 'cut target,cut target often,stall target for long,target node away',
  },
  'several-owners-for-ever': {
    about:
      'that two nodes of a source take a slot for their own no more is not noticed where nothing else has changed',
    file: 'electron/engine/source/source-cluster.ts',
    text: 'slots]), moves, doubled]',
    instead: 'slots]), moves]',
    topology: 'source-cluster',
    only: 'move slots of the source',
  },
  'lanes-without-expiry': {
    about: 'lanes do not say how late their keys are, and a home that goes back says it of all nodes',
    file: 'electron/engine/writer/script/lanes-commit.ts',
    text: "if (expiry !== this.expiry) lane.note('expiry', expiry);",
    instead: '',
    topology: 'target-cluster',
    only: 'fail over target,stall target for long,kill',
  },
  'carried-marks': {
    about:
      'a walk believes the marks of times that were carried from node to node, which may say something else by then',
    file: 'electron/engine/expiry/walk-script.ts',
    text: "lateness.bound === 'long'",
    instead: 'false',
    topology: 'target-cluster',
    only: 'move slots of the target,kill',
  },
  'slots-lost-with-a-node': {
    about:
      'a node of the target goes back to before it had the keys of slots that have come, and the part vouches for them',
    file: 'electron/engine/claim/part-slots.ts',
    text: '!arrived || lanes.every',
    instead: 'true || !arrived || lanes.every',
    topology: 'both',
    only: 'move slots of the source,fail over target,restart target,kill',
  },
  'two-logs-for-ever': {
    about: 'two logs of one server never become one again, and the source is read twice',
    file: 'electron/engine/intake/source-log/source-logs.ts',
    text: 'if (!best?.linked || best === log || this.first(best, log) !== best) return undefined;',
    instead: 'return undefined;',
    topology: 'several',
  },
  'freed-by-one-reader': {
    about: 'what one target has is let go of, though another one has not got that far',
    file: 'electron/engine/log/spool.ts',
    text: 'Math.min(at, releasedPosition), Infinity)',
    instead: 'Math.max(at === Infinity ? 0 : at, releasedPosition), Infinity)',
    topology: 'several',
    only: 'flood,restart target,cut target',
  },
  'own-key-met': {
    about:
      "the first command on a name that the source comes to use meets the value of a key of the target's own",
    file: 'electron/engine/pipeline/kept-guard.ts',
    text: 'return keys.at.some((index, i)',
    instead: 'return false && keys.at.some((index, i)',
    traits: ['own-keys'],
  },
  'own-key-met-on-a-cluster': {
    about: 'the same of a lane',
    file: 'electron/engine/pipeline/kept-guard.ts',
    text: 'return keys.at.some((index, i)',
    instead: 'return false && keys.at.some((index, i)',
    topology: 'target-cluster',
    traits: ['own-keys'],
  },
  'own-times-changed': {
    about: "a walk over expiry changes the times of keys of the target's own",
    file: 'electron/engine/expiry/walk-script.ts',
    text: "place.keptKeys?.sole ?? ''",
    instead: "''",
    traits: ['own-keys'],
  },
  'own-keys-swept': {
    about: "a repeated full copy removes keys of the target's own",
    file: 'electron/engine/writer/sweep/left-overs.ts',
    text: 'kept ? await withoutKept(redis, kept, page, db) : page',
    instead: 'page',
    traits: ['own-keys'],
  },
  'own-keys-unheard-of': {
    about: 'a part that begins later does not hear what the target held before the task, and sweeps it',
    file: 'electron/engine/claim/claim-first.ts',
    text: 'return { ...said, copied:',
    instead: 'return { ...said, kept: false, keptSlots: undefined, copied:',
    topology: 'source-cluster',
    only: 'move slots of the source,kill',
    traits: ['own-keys'],
  },
  'own-keys-of-slots-that-came': {
    about:
      "keys of the target's own go from slots that have come to a shard, as the source has none of their names",
    file: 'electron/engine/repair/slot-keys.ts',
    text: 'kept ? await withoutKept(node, kept, here, noted) : here',
    instead: 'here',
    topology: 'both',
    only: 'move slots of the source',
    traits: ['own-keys'],
  },
  'asked-vouched-for': {
    about: 'a checkpoint vouches for commands that were left out for keys which are still to be brought',
    file: 'electron/engine/stream/stream-commits.ts',
    text: 'batch.commit(checkpoint, !this.repairing, deadline);',
    instead: 'batch.commit(checkpoint, true, deadline);',
    traits: ['asked-repairs'],
  },
  'asked-vouched-for-on-a-cluster': {
    about: 'the same of lanes',
    file: 'electron/engine/stream/stream-commits.ts',
    text: 'batch.commit(checkpoint, !this.repairing, deadline);',
    instead: 'batch.commit(checkpoint, true, deadline);',
    topology: 'target-cluster',
    traits: ['asked-repairs'],
  },
  'asked-never-told': {
    about: 'keys that a part was asked for are forgotten when its slots become those of others',
    file: 'electron/engine/parts/cluster-session.ts',
    text: 'this.asked.push(...session.takeAsked());',
    instead: 'session.takeAsked();',
    topology: 'source-cluster',
    only: 'move slots of the source,stall target',
    traits: ['asked-repairs'],
  },
  'asked-written-nowhere': {
    about: 'keys are told to be brought, and their values are not written',
    file: 'electron/engine/repair/repair-applier.ts',
    text: 'if (commands === 0) return;',
    instead: 'if (commands >= 0) return;',
    traits: ['asked-repairs'],
  },
  'mended-from-another-database': {
    about: 'keys that expired on the target are read from the database of the source that has their number',
    file: 'electron/engine/repair/source-values.ts',
    text: 'reading.select(databases.sourceDb(db));',
    instead: 'reading.select(db);',
    traits: ['other-databases'],
  },
};
