import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { breakReasons } from '../../../../electron/engine/control/break-reasons.ts';
import { SourceInquiry } from '../../../../electron/engine/source/source-inquiry.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

const WELL = {
  run_id: 'a',
  loading: '0',
  rdb_last_bgsave_status: 'ok',
  used_memory: '1000',
  maxmemory: '0',
  client_output_buffer_limit_disconnections: '4',
};
const info = (change: Readonly<Record<string, string>> = {}): ReadonlyMap<string, string> =>
  new Map(Object.entries({ ...WELL, ...change }));

describe('what a source tells of links that break', () => {
  it.each([
    [{}, []],
    [{ client_output_buffer_limit_disconnections: '6' }, [/closed 2 connections .*output buffer/]],
    [{ client_output_buffer_limit_disconnections: '5' }, [/closed 1 connection since/]],
    [{ rdb_last_bgsave_status: 'err' }, [/background save failed/]],
    [{ loading: '1', run_id: 'b' }, [/restarted meanwhile/, /loading its data/]],
    // A server that was restarted counts anew.
    [{ run_id: 'b', client_output_buffer_limit_disconnections: '9' }, [/restarted meanwhile/]],
    [{ used_memory: '970', maxmemory: '1000' }, [/memory is full: .* \(maxmemory\)/]],
    [{ used_memory: '900', maxmemory: '1000' }, []],
  ])('%j gives %j', (change, patterns) => {
    const reasons = breakReasons(info(change), info());
    expect(reasons).toHaveLength(patterns.length);
    patterns.forEach((pattern, i) => expect(reasons[i]).toMatch(pattern));
  });

  it('is nothing where it tells nothing', () => {
    expect(breakReasons(new Map(), new Map())).toEqual([]);
    expect(breakReasons(info({ client_output_buffer_limit_disconnections: '9' }), undefined)).toEqual([]);
  });
});

describe('the inquiry', () => {
  let told: string[];
  let now: ReadonlyMap<string, string> | undefined;
  let inquiry: SourceInquiry;

  beforeEach(() => {
    vi.useFakeTimers();
    told = [];
    now = info();
    inquiry = new SourceInquiry({
      clock: systemWorld.clock,
      read: () => Promise.resolve(now),
      tell: (text) => told.push(text),
    });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('says nothing of the first break, and of the second what the source knows', async () => {
    await inquiry.broke();
    expect(told).toEqual([]);
    now = info({ client_output_buffer_limit_disconnections: '5' });
    await inquiry.broke();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/broken 2 times\. The source says: it has closed 1 connection/);
  });

  it('is repeated a minute later at the earliest, and counts since it was told', async () => {
    for (const count of ['4', '5', '6']) {
      now = info({ client_output_buffer_limit_disconnections: count });
      await inquiry.broke();
    }
    expect(told).toHaveLength(1);
    vi.advanceTimersByTime(61_000);
    now = info({ client_output_buffer_limit_disconnections: '8' });
    await inquiry.broke();
    expect(told[1]).toMatch(/broken 4 times.*closed 3 connections/);
  });

  it('says so when the source knows no reason, and nothing when it cannot be asked', async () => {
    await inquiry.broke();
    await inquiry.broke();
    expect(told[0]).toMatch(/gives no reason: its output buffers, its last save and its memory are well/);
    now = undefined;
    vi.advanceTimersByTime(61_000);
    await inquiry.broke();
    expect(told).toHaveLength(1);
  });
});
