import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Checkpoint } from '../../../../electron/engine/checkpoint/checkpoint.ts';
import { DatabaseChoice } from '../../../../electron/engine/commands/database-choice.ts';
import type { StreamRunOptions } from '../../../../electron/engine/stream/stream-run-options.ts';
import { StreamStage, type StreamStageOptions } from '../../../../electron/engine/stream/stream-stage.ts';
import { checkpointWith } from '../../../support/target/checkpoints.ts';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

/** What the stream's stage decides, by what it finds: everything that it asks and does is played, and noted in order. */
const world = vi.hoisted(() => ({
  did: [] as string[],
  claim: undefined as unknown,
  resumption: undefined as unknown,
  ground: undefined as unknown,
  /** A lane of the cluster is torn. */
  torn: false,
  /** The undated stretch that the repair was told of, in ms. */
  undatedMs: -1,
}));
const note = (what: string): void => void world.did.push(what);

vi.mock('../../../../electron/engine/claim/claim-stream.ts', () => ({
  claimStream: async () => world.claim,
  lanesIn: () => async () => [],
}));
vi.mock('../../../../electron/engine/writer/batch-judge.ts', () => ({
  judgementOf: async () => ({ time: true }),
}));
vi.mock('../../../../electron/engine/expiry/hold-expiry.ts', () => ({
  holdExpiry: async ({ checkpoint }: { checkpoint: Checkpoint }) => {
    world.did.push('hold');
    return { ...checkpoint, expiry: 'long' };
  },
}));
vi.mock('../../../../electron/engine/checkpoint/claim.ts', () => ({
  updateCheckpoint: async () => void world.did.push('note that nothing was lost'),
}));
vi.mock('../../../../electron/engine/checkpoint/lanes.ts', () => ({
  TORN: 'a node of the target went back',
  readLanes: async () => [],
  fenceLanes: async ({ checkpoint }: { checkpoint: Checkpoint }) => {
    world.did.push('fence');
    return { checkpoint, lanes: [], torn: world.torn, gone: false };
  },
  relane: async () => {
    world.did.push('divide');
    throw new Error('enough');
  },
}));
vi.mock('../../../../electron/engine/pipeline/load-kept-guard.ts', () => ({
  loadKeptGuard: async () => {
    world.did.push('load kept names');
    return 'guard';
  },
}));
vi.mock('../../../../electron/engine/checkpoint/script-texts.ts', () => ({
  loadScriptTexts: async () => {
    world.did.push('load scripts');
    return new Map();
  },
}));
vi.mock('../../../../electron/engine/repair/resume-repair.ts', () => ({
  ResumeRepair: class {
    prepare = async (_checkpoint: unknown, known: boolean, undatedMs: number): Promise<unknown> => {
      world.did.push(known ? 'look' : 'look, behind what was known');
      world.undatedMs = undatedMs;
      return world.resumption;
    };
    committed = (): readonly unknown[] => [];
    abandon = (): unknown => world.did.push('abandon the repair');
    wake = (): void => undefined;
  },
}));
vi.mock('../../../../electron/engine/stream/expiry-keeper.ts', () => ({
  ExpiryKeeper: class {
    begin = (): void => undefined;
    stop = (): void => undefined;
  },
}));
vi.mock('../../../../electron/engine/stream/stream-run.ts', () => ({
  StreamRun: class {
    applier = { keepsScripts: true };
    constructor(ground: unknown, _connection: unknown, { offset }: Checkpoint) {
      world.ground = ground;
      world.did.push(`apply from ${offset}`);
    }
    start = (): void => undefined;
    pump = (): void => undefined;
    stop = (): unknown => world.did.push('stop applying');
  },
}));
vi.mock('../../../../electron/engine/stream/applied-totals.ts', () => ({
  AppliedTotals: class {
    add = (): unknown => world.did.push('keep the counts');
  },
}));

vi.mock('../../../../electron/engine/stream/slot-arrivals.ts', () => ({
  SlotArrivals: class {
    next = async (): Promise<unknown> => ({ kind: 'bring', arrival: { slots: COMING, standing: [] } });
    forget = (): unknown => world.did.push('forget what stands');
    fewer = (): unknown => world.did.push('fewer');
  },
}));

const COMING = SlotSet.parse('10-12')!;

const ground = (): StreamRunOptions => world.ground as StreamRunOptions;
const wanted = (): boolean => true;
/** Says no from the time that it is asked for the n-th time. */
const until = (times: number): (() => boolean) => {
  let asked = 0;
  return () => ++asked < times;
};

let stage: StreamStage;
let own: { checkpoint: Checkpoint | undefined };
let sourceVersion: number;
let onCommitted: (checkpoint: Checkpoint) => void;
/** When the source had run all that has come. */
let ranByMs: number;
let cluster: unknown;
let part: unknown;
let onUndated: () => void;

beforeEach(() => {
  const claimed = checkpointWith({ offset: 300, verified: 250, sourceAtMs: 1_000_000 });
  Object.assign(world, {
    did: [],
    claim: { kind: 'claimed', checkpoint: claimed },
    resumption: { kind: 'plain', exact: false },
    ground: undefined,
    undatedMs: -1,
  });
  own = { checkpoint: checkpointWith({ offset: 300 }) };
  sourceVersion = 70015;
  ranByMs = 0;
  cluster = undefined;
  part = undefined;
  onUndated = () => undefined;
  onCommitted = vi.fn<(checkpoint: Checkpoint) => void>();
  stage = new StreamStage({
    spec: { task: 'orders', source: { host: 'h', port: 1 }, onFlush: 'stop', retryForMs: 1000 },
    own,
    databases: DatabaseChoice.parse('all'),
    world: systemWorld,
    servers: {
      get cluster() {
        return cluster;
      },
      openTarget: async () => ({}),
      guarded: async () => [],
      openTargetApart: async () => ({ disconnect: () => undefined }),
      targetNowMs: () => 0,
      facts: {
        source: {
          clockAheadMs: 0,
          abilities: {
            get version() {
              return sourceVersion;
            },
          },
        },
        target: { abilities: { scripts: true } },
      },
    },
    feed: {
      clock: {
        notBefore: () => undefined,
        vagueMs: (_: number, sinceMs: number) => ranByMs - sinceMs,
        certain: true,
      },
      cursor: { rewind: (to: number) => note(`read from ${to}`) },
      positionAt: (offset: number) => offset - 200,
      restart: (from: { offset: number } | undefined, reason?: string) =>
        note(from === undefined ? `copy again: ${reason}` : `stream again from ${from.offset}`),
    },
    events: { info: () => undefined, changed: () => undefined },
    crashes: { streamUntil: undefined },
    line: {
      open: async () => ({ close: () => note('close') }),
      use: () => note('use the connection'),
    },
    get part() {
      return part;
    },
    othersWrote: () => false,
    asked: { next: () => undefined },
    onAsked: () => undefined,
    onUndated: () => onUndated(),
    onBegin: () => note('begin'),
    onCommitted: (checkpoint: Checkpoint) => onCommitted(checkpoint),
  } as unknown as StreamStageOptions);
});

describe('the stream', () => {
  it('is claimed, looked at from what is vouched for, and applied from the checkpoint', async () => {
    await stage.begin(wanted);
    expect(world.did).toEqual([
      ...['read from 50', 'hold', 'look', 'read from 100', 'apply from 300', 'use the connection', 'begin'],
    ]);
    expect(stage.keepsScripts).toBe(true);
  });

  it('is asked for again where the spool has no longer what follows the target', async () => {
    world.claim = { kind: 'restart', from: { replid: 'x', offset: 120 } };
    await stage.begin(wanted);
    expect(world.did).toEqual(['stream again from 120']);
    world.did.length = 0;
    world.claim = { kind: 'restart', from: undefined, reason: 'the full copy had not ended' };
    await stage.begin(wanted);
    expect(world.did).toEqual(['copy again: the full copy had not ended']);
  });

  it('begins a round of slots that have come with what stands on the target as it was found, and anew after anything else', async () => {
    part = { slots: SlotSet.parse('0-12'), leads: true, begun: true };
    const claimed = checkpointWith({ offset: 300, slots: SlotSet.parse('0-9') });
    world.claim = { kind: 'claimed', checkpoint: claimed };
    await stage.begin(wanted);
    expect(world.did).toContain('begin');
    ground().onStill();
    world.did.length = 0;
    await stage.begin(wanted);
    expect(world.did).not.toContain('forget what stands');
    await stage.begin(wanted);
    expect(world.did).toContain('forget what stands');
    world.resumption = { kind: 'too-much', reason: 'they are too many' };
    await stage.begin(wanted);
    expect(world.did.at(-1)).toBe('fewer');
  });

  it('is looked at anew where the target stands elsewhere than was known', async () => {
    own.checkpoint = checkpointWith({ offset: 290 });
    await stage.begin(wanted);
    expect(world.did).toContain('look, behind what was known');
  });

  it('gives way to a new copy where keys that were lost cannot be mended', async () => {
    world.resumption = { kind: 'new-copy', reason: 'the source may not be read' };
    await stage.begin(wanted);
    expect(world.did.at(-1)).toBe('copy again: the source may not be read');
    expect(world.did).not.toContain('begin');
  });

  it('carries the repair of what was lost', async () => {
    const plan = { asked: [] };
    world.resumption = { kind: 'repair', plan };
    await stage.begin(wanted);
    expect(ground().repair).toBe(plan);
    expect(world.did).not.toContain('note that nothing was lost');
  });

  it('notes that nothing was lost, once that is known', async () => {
    world.resumption = { kind: 'plain', exact: true };
    own.checkpoint = checkpointWith({ offset: 300, earliestExpiryMs: 1 });
    await stage.begin(wanted);
    expect(world.did).toContain('note that nothing was lost');
    expect(own.checkpoint.earliestExpiryMs).toBe(0);
  });

  it('goes past the names that the target keeps, and is flushed with consent alone', async () => {
    await stage.begin(wanted);
    expect([ground().guard, ground().flushAllowed, world.did.includes('load kept names')]).toEqual([
      undefined,
      true,
      false,
    ]);
    world.claim = { kind: 'claimed', checkpoint: checkpointWith({ offset: 300, kept: true }) };
    await stage.begin(wanted);
    expect([ground().guard, ground().flushAllowed]).toEqual(['guard', false]);
  });

  it.each([
    [60216, true],
    [70000, false],
  ])('of a source of version %d finds the scripts that ran before: %s', async (version, loads) => {
    sourceVersion = version;
    ranByMs = 1_000_000;
    await stage.begin(wanted);
    expect(world.did.includes('load scripts')).toBe(loads);
  });

  it.each([
    ['sends the time itself', 70000, 9_000_000, 0],
    ['was asked meanwhile', 60216, 1_004_000, 0],
    ['was away for long', 60216, 1_090_000, 90_000],
  ])('of a source that %s has times to live that are told so well', async (_, version, byMs, undatedMs) => {
    sourceVersion = version;
    ranByMs = byMs;
    await stage.begin(wanted);
    expect(world.undatedMs).toBe(undatedMs);
  });

  it.each([1, 2, 3, 4])('is not applied once it is not wanted any more, at look %d', async (times) => {
    await stage.begin(until(times));
    expect(world.did).not.toContain('begin');
    expect(world.did).not.toContain('apply from 300');
    // A connection that was opened meanwhile does not stay.
    expect(world.did.includes('close')).toBe(times === 4);
  });

  it('is ours once it was claimed, even if nothing comes of it', async () => {
    await stage.begin(() => false);
    expect(own.checkpoint).toMatchObject({ offset: 300, verified: 250 });
  });

  it('tells each checkpoint that stands', async () => {
    await stage.begin(wanted);
    const committed = checkpointWith({ offset: 400 });
    ground().onCommitted(committed);
    expect(own.checkpoint).toBe(committed);
    expect(onCommitted).toHaveBeenCalledOnce();
  });

  it('keeps its counts over a connection that broke, and drops a repair only with the spool', async () => {
    await stage.begin(wanted);
    world.did.length = 0;
    stage.drop();
    stage.drop();
    expect(world.did).toEqual(['keep the counts', 'stop applying']);
    stage.stop();
    expect(world.did).toEqual(['keep the counts', 'stop applying', 'abandon the repair']);
    expect(stage.keepsScripts).toBe(false);
  });
});

describe('a cluster of which slots were moved', () => {
  beforeEach(() => {
    cluster = { nodes: {} };
  });

  it('is copied to anew where a node went back after that: nobody knows how far each slot is', async () => {
    world.torn = true;
    await stage.begin(wanted);
    expect(world.did).toEqual([
      'fence',
      expect.stringContaining('copy again: a node of the target went back'),
    ]);
  });

  it('goes on where nothing was lost', async () => {
    world.torn = false;
    await expect(stage.begin(wanted)).rejects.toThrow('enough');
    expect(world.did).toEqual(['fence', 'divide']);
  });
});
