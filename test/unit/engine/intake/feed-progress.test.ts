import { describe, expect, it } from 'vitest';
import { FeedProgress, type Reach } from '../../../../electron/engine/intake/feed-progress.ts';

const REPLID = '0123456789abcdef0123456789abcdef01234567';
const reach = (some: Partial<Reach>): Reach => ({
  ...{ copy: 1, receivedOffset: undefined, snapshotBytes: 0, applied: undefined, copiedAt: 1000 },
  ...some,
});
const applied = (offset: number, replid = REPLID): Reach['applied'] => ({ replid, offset });

describe('FeedProgress', () => {
  it('takes the same snapshot, come again and again, for progress once', () => {
    const progress = new FeedProgress();
    const made = [1, 2, 3, 4].map((copy) => progress.made(reach({ copy, snapshotBytes: 500 })));
    expect(made).toEqual([true, false, false, false]);
    expect(progress.copiesInVain).toBe(3);
  });

  it('wants more of the snapshot by a step than any attempt before', () => {
    const progress = new FeedProgress();
    const made = [1000, 1010, 900, 1120, 1130, 1130].map((snapshotBytes, i) =>
      progress.made(reach({ copy: i + 1, snapshotBytes })),
    );
    expect(made).toEqual([true, false, false, false, true, false]);
  });

  it('takes a copy that stands for progress only when something of the stream is applied behind it', () => {
    const progress = new FeedProgress();
    progress.made(reach({ snapshotBytes: 500, applied: applied(1000) }));
    expect(progress.made(reach({ copy: 2, snapshotBytes: 500, applied: applied(1000) }))).toBe(false);
    expect(progress.made(reach({ copy: 2, snapshotBytes: 500, applied: applied(1014) }))).toBe(true);
    expect(progress.made(reach({ copy: 2, snapshotBytes: 500, applied: applied(1014) }))).toBe(false);
  });

  it('takes what comes of the stream beyond what had come for progress, and a new copy of it not', () => {
    const progress = new FeedProgress();
    progress.made(reach({ receivedOffset: 2000 }));
    expect(progress.made(reach({ receivedOffset: 2000 }))).toBe(false);
    expect(progress.made(reach({ receivedOffset: 2001 }))).toBe(true);
    expect(progress.made(reach({ copy: 2, receivedOffset: 9000 }))).toBe(false);
  });

  it('takes the applied stream of a task that goes on for progress', () => {
    const progress = new FeedProgress();
    const goesOn = { copy: 0, copiedAt: undefined };
    progress.made(reach({ ...goesOn, applied: applied(50) }));
    expect(progress.made(reach({ ...goesOn, applied: applied(50) }))).toBe(false);
    expect(progress.made(reach({ ...goesOn, applied: applied(51) }))).toBe(true);
  });
});
