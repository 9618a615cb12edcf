import { describe, expect, it } from 'vitest';
import { CrashWatch, type UnderWay } from '../../../../electron/engine/watch/crash-watch.ts';

const underWay = (more: Partial<UnderWay>): UnderWay => ({
  ...{ alone: undefined, keys: [], streamUntil: 0 },
  ...more,
});
const suspected = ({ suspects }: CrashWatch, key: string): boolean =>
  suspects?.(Buffer.from(`#${key}#`, 'latin1'), 1, key.length + 1) ?? false;

describe('what was under way when the target died', () => {
  it('is suspected the next time, and named if it dies of that alone', () => {
    const crashes = new CrashWatch();
    expect(crashes.suspects).toBeUndefined();
    crashes.lost('a', underWay({ keys: ['k\xff', 'l'] }));
    expect(crashes.waiting).toBe(true);
    crashes.found('b');
    expect(crashes.waiting).toBe(false);
    expect([suspected(crashes, 'k\xff'), suspected(crashes, 'l'), suspected(crashes, 'm')]).toEqual([
      true,
      true,
      false,
    ]);
    crashes.lost('b', underWay({ keys: ['l'], alone: 'key l of database 0' }));
    expect(() => crashes.found('c')).toThrow(
      expect.objectContaining({
        code: 'TARGET_CRASHES',
        message: expect.stringContaining('key l of database 0'),
      }),
    );
  });

  it('is forgotten where the same process answers: it was the network', () => {
    const crashes = new CrashWatch();
    crashes.lost('a', underWay({ keys: ['k'], streamUntil: 5 }));
    crashes.found('a');
    expect(crashes.suspects).toBeUndefined();
    crashes.lost('a', underWay({ alone: 'key k of database 0' }));
    crashes.found('a');
    expect(crashes.waiting).toBe(false);
    expect(crashes.streamUntil).toBe(0);
  });

  it('is what was under way first, however often no connection can be opened', () => {
    const crashes = new CrashWatch();
    crashes.lost('a', underWay({ streamUntil: 7 }));
    crashes.lost('a', underWay({ streamUntil: 3 }));
    crashes.found('b');
    expect(crashes.streamUntil).toBe(7);
  });
});
