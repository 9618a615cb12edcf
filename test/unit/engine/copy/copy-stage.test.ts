import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Checkpoint } from '../../../../electron/engine/checkpoint/checkpoint.ts';
import { DatabaseChoice } from '../../../../electron/engine/commands/database-choice.ts';
import { CopyStage, type CopyStageOptions } from '../../../../electron/engine/copy/copy-stage.ts';
import type { TaskQuestion } from '../../../../shared/model/task-question.ts';
import { checkpointWith } from '../../../support/target/checkpoints.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

/** What a copy's stage decides, by what it finds: everything that it asks and does is played, and noted in order. */
const world = vi.hoisted(() => ({
  did: [] as string[],
  /** The checkpoint as the target tells it. */
  present: undefined as unknown,
  standing: new Map<number, number>(),
  question: undefined as unknown,
  canGoOn: true,
  primaryClock: undefined as unknown,
}));
const note = (what: string): void => void world.did.push(what);

vi.mock('../../../../electron/engine/target/owner.ts', () => ({
  readOwnCheckpoint: async () => world.present,
}));
vi.mock('../../../../electron/engine/claim/claim-copy.ts', () => ({
  claimCopy: async ({ ours }: { ours: Checkpoint }) => {
    world.did.push('claim');
    return { ...ours, state: 'copying', epoch: ours.epoch + 1 };
  },
}));
vi.mock('../../../../electron/engine/target/handed-over.ts', () => ({
  takeOver: async () => {
    world.did.push('keep what stands there');
    return { kept: true };
  },
  handOverNote: async () => '17',
}));
vi.mock('../../../../electron/engine/checkpoint/ownership.ts', () => ({
  standingKeys: async () => world.standing,
}));
vi.mock('../../../../electron/engine/checkpoint/claim.ts', () => ({
  updateCheckpoint: async (_redis: unknown, _task: string, { state }: Checkpoint) =>
    void world.did.push(`note ${state}`),
}));
vi.mock('../../../../electron/engine/checkpoint/script-texts.ts', () => ({
  forgetScriptTexts: async () => {},
}));
vi.mock('../../../../electron/engine/control/evictions.ts', () => ({ readEvictions: async () => ({}) }));
vi.mock('../../../../electron/engine/control/function-libraries.ts', () => ({
  libraryNames: async () => [],
}));
vi.mock('../../../../electron/engine/writer/end-connection.ts', () => ({
  endTaskConnections: async () => void world.did.push('end what is under way'),
}));
vi.mock('../../../../electron/engine/copy/copy-run.ts', () => ({
  CopyRun: class {
    constructor({ primaryClock }: { primaryClock: boolean }) {
      world.primaryClock = primaryClock;
    }
    bytesDone = 10;
    applier = {
      facts: { streamDb: 3, hasFieldExpiry: false },
      counts: { written: 5, expired: 0 },
      takenAtMs: 9000,
      libraries: undefined,
    };
    get canGoOn(): boolean {
      return world.canGoOn;
    }
    attach = (): unknown => world.did.push('write');
    stop = (): void => undefined;
  },
}));
vi.mock('../../../../electron/engine/copy/replacement.ts', () => ({
  Replacement: class {
    looked = false;
    noteName = (): void => undefined;
    receive = (): unknown => world.did.push('receive');
    look = async (): Promise<unknown> => {
      world.did.push('look');
      this.looked = true;
      return world.question;
    };
    sweep = async (): Promise<void> => void world.did.push('sweep');
    agree = (): void => undefined;
    whileHeld = (): undefined => undefined;
    stop = (): void => undefined;
  },
}));

const START = { replid: 'a'.repeat(40), offset: 500 };
const QUESTION: TaskQuestion = { snapshotKeys: 1, targetKeys: 100, goneKeys: 99 };
const wanted = (): boolean => true;

let stage: CopyStage;
let target: { runId: string; replid: string };
let own: { checkpoint: Checkpoint | undefined };
let feed: { ofReplica: boolean };
let spec: { task: string; fullOnly: boolean; asks?: boolean; target: { sentinel?: object } };

beforeEach(() => {
  Object.assign(world, {
    did: [],
    present: undefined,
    standing: new Map(),
    question: undefined,
    canGoOn: true,
  });
  target = { runId: 'process 1', replid: 'history 1' };
  own = { checkpoint: checkpointWith({ owner: 'me', epoch: 7, copied: false }) };
  spec = { task: 'orders', fullOnly: false, target: {} };
  world.present = own.checkpoint;
  feed = { ofReplica: false };
  const connection = { close: () => note('close') };
  stage = new CopyStage({
    spec,
    own,
    databases: DatabaseChoice.parse('all'),
    world: systemWorld,
    servers: {
      openTarget: async () => ({}),
      targets: async () => [{}],
      targetNowMs: () => 0,
      facts: {
        source: { role: 'master' },
        target: {
          ...{ abilities: { functions: false, scripts: true } },
          get runId() {
            return target.runId;
          },
          get replid() {
            return target.replid;
          },
        },
      },
    },
    feed: {
      get ofReplica() {
        return feed.ofReplica;
      },
      replid: START.replid,
      askedAtMs: 1,
      cursor: { rewind: (to: number) => note(`read from ${to}`) },
      restart: (from: unknown, reason: string) =>
        note(`${from === undefined ? 'copy' : 'stream'} again: ${reason}`),
    },
    events: {
      info: () => undefined,
      changed: () => undefined,
      warning: (text: string) => note(`warn: ${text.slice(0, 26)}`),
    },
    evictions: { begin: () => undefined, marks: {} },
    crashes: { suspects: [] },
    pace: { paused: false },
    line: {
      openCopy: async () => connection,
      use: () => undefined,
      endLast: async () => note('end the last connection'),
    },
    onReceiving: () => note('receiving'),
    onReceived: () => undefined,
    onQuestion: () => note('ask'),
    onCopying: (again: boolean) => note(again ? 'copying again' : 'copying'),
  } as unknown as CopyStageOptions);
});

const AT_ONCE = ['end what is under way', 'claim', 'copying', 'write'];

describe('the beginning of a copy', () => {
  it('writes at once to a target on which nothing of the task can stand', async () => {
    world.standing = new Map([[0, 5]]);
    await stage.begin(START, wanted);
    expect(world.did).toEqual(AT_ONCE);
    expect(stage.touched).toBe(true);
    expect(own.checkpoint).toMatchObject({ state: 'copying', epoch: 8 });
  });

  it('writes at once to one that holds a part of a copy', async () => {
    stage.touched = true;
    world.standing = new Map([[0, 5]]);
    await stage.begin(START, wanted);
    expect(world.did).toEqual(AT_ONCE);
  });

  it('writes at once to one whose whole copy is gone', async () => {
    stage.touched = true;
    world.present = checkpointWith({ copied: true });
    await stage.begin(START, wanted);
    expect(world.did).toEqual(AT_ONCE);
  });

  it('leaves one as it is that a whole copy stands on, until the next is here', async () => {
    stage.touched = true;
    world.standing = new Map([[0, 5]]);
    world.present = checkpointWith({ copied: true });
    await stage.begin(START, wanted);
    expect(world.did).toEqual(['end what is under way', 'receiving', 'receive']);
  });

  it('keeps what stands on one that others have written to since it was handed over', async () => {
    stage.touched = true;
    stage.writes = 'some';
    world.standing = new Map([[0, 5]]);
    world.present = checkpointWith({ copied: true });
    await stage.begin(START, wanted);
    expect(world.did).toContain('keep what stands there');
    expect(world.did).toContain('warn: The target was handed over');
    expect(own.checkpoint?.kept).toBe(true);
    expect(stage.writes).toBe('none');
  });

  it('comes to nothing once it is not wanted any more', async () => {
    await stage.begin(START, () => false);
    expect(world.did).toEqual(['end what is under way']);
  });
});

describe('a snapshot that is here whole', () => {
  beforeEach(async () => {
    stage.touched = true;
    world.standing = new Map([[0, 5]]);
    world.present = checkpointWith({ copied: true });
    await stage.begin(START, wanted);
    world.did.length = 0;
  });

  it('is written from its first byte on', async () => {
    await stage.replace(START, wanted);
    expect(world.did).toEqual(['look', 'read from 0', 'claim', 'copying', 'write']);
  });

  it('is asked about first where it would take too much away, and not written meanwhile', async () => {
    spec.asks = true;
    world.question = QUESTION;
    await stage.replace(START, wanted);
    expect(world.did).toEqual(['look', 'ask']);
  });

  it('ends the task where nobody can be asked', async () => {
    world.question = QUESTION;
    await expect(stage.replace(START, wanted)).rejects.toMatchObject({ code: 'COPY_WOULD_REMOVE' });
    expect(world.did).toEqual(['look']);
  });

  it('is not written once it is not wanted any more', async () => {
    await stage.replace(START, () => false);
    expect(world.did).not.toContain('claim');
  });
});

describe('a copy whose connection broke', () => {
  beforeEach(async () => {
    await stage.begin(START, wanted);
    world.present = { ...own.checkpoint };
    world.did.length = 0;
  });

  it('goes on over another one, after what the last one had under way', async () => {
    await stage.goOn(wanted);
    expect(world.did).toEqual(['end the last connection', 'copying again', 'write']);
  });

  it.each([
    ['the target is another process', () => (target.runId = 'process 2'), 'the target was restarted'],
    [
      'the target went back to before it',
      () => (world.present = checkpointWith()),
      'the target was restarted',
    ],
    ['the checkpoint is gone', () => (world.present = undefined), 'the target was restarted'],
    [
      'it broke inside a very large value',
      () => (world.canGoOn = false),
      'the connection to the target broke',
    ],
  ])('is made anew where %s', async (_, change, reason) => {
    change();
    await stage.goOn(wanted);
    expect(world.did).toEqual([expect.stringContaining(`copy again: ${reason}`)]);
  });
});

describe('the end of a copy', () => {
  beforeEach(async () => {
    await stage.begin(START, wanted);
    world.present = { ...own.checkpoint };
    world.did.length = 0;
  });

  it('is noted, with the database in which the stream goes on', async () => {
    expect(await stage.sweep(wanted)).toBe(true);
    expect(await stage.end(wanted)).toBe(true);
    expect(world.did).toEqual(['note streaming']);
    expect(own.checkpoint).toMatchObject({ state: 'streaming', copied: true, active: true, db: 3 });
    expect(stage.keysCopied).toBe(5);
  });

  it('hands the target over where no stream follows', async () => {
    spec.fullOnly = true;
    await stage.end(wanted);
    expect(own.checkpoint).toMatchObject({
      state: 'complete',
      active: false,
      expiry: 'exact',
      handedOver: '17',
    });
  });

  it.each([
    [false, true, 8000],
    [true, false, 0],
  ])(
    'of a replica (%s) goes by the clock of the primary: %s, and tells since when what follows was run: %i',
    async (ofReplica, primaryClock, sourceAtMs) => {
      feed.ofReplica = ofReplica;
      await stage.begin(START, wanted);
      world.present = { ...own.checkpoint };
      expect(world.primaryClock).toBe(primaryClock);
      expect(await stage.end(wanted)).toBe(true);
      expect(own.checkpoint).toMatchObject({ sourceAtMs });
    },
  );

  it('is not noted on another process, which may hold an earlier part of it', async () => {
    target.runId = 'process 2';
    expect(await stage.end(wanted)).toBe(false);
    expect(world.did).toEqual([expect.stringContaining('copy again: the target was restarted')]);
  });

  it('is not noted on a server that Sentinels made a replica and a primary again, without its process ending', async () => {
    target.replid = 'history 2';
    expect(await stage.end(wanted)).toBe(true);
    spec.target.sentinel = {};
    await stage.begin(START, wanted);
    world.did.length = 0;
    target.replid = 'history 3';
    expect(await stage.end(wanted)).toBe(false);
    expect(world.did).toEqual([expect.stringContaining('copy again: the target was restarted, or another')]);
  });

  it('is known on another process where it was noted before its answer was lost', async () => {
    target.runId = 'process 2';
    world.present = { ...own.checkpoint, state: 'streaming' };
    expect(await stage.end(wanted)).toBe(true);
  });
});

describe('what the snapshot does not have', () => {
  beforeEach(async () => {
    stage.touched = true;
    world.standing = new Map([[0, 5]]);
    await stage.begin(START, wanted);
    world.did.length = 0;
  });

  it('is removed once it was looked at', async () => {
    expect(await stage.sweep(wanted)).toBe(true);
    expect(world.did).toEqual(['look', 'sweep']);
  });

  it('stays until somebody has agreed', async () => {
    spec.asks = true;
    world.question = QUESTION;
    expect(await stage.sweep(wanted)).toBe(false);
    expect(world.did).toEqual(['look', 'ask']);
  });
});
