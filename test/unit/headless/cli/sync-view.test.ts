import { describe as group, expect, it } from 'vitest';
import { describe, SyncView } from '../../../../electron/headless/cli/sync-view.ts';
import type { Feed } from '../../../../shared/model/feed.ts';
import type { Metrics, Phase } from '../../../../shared/model/metrics.ts';

function metrics(phase: Phase, more: Partial<Metrics> = {}): Metrics {
  const rates = { commands: 0, bytes: 0, commandsPerSecond: 1234.4, bytesPerSecond: 2048 };
  return {
    atMs: 0,
    phase,
    copy: {
      bytesDone: 3 * 1024 * 1024,
      bytesTotal: undefined,
      bytesReceived: 0,
      keysDone: 12_345,
      keysExpected: undefined,
      remainingMs: undefined,
    },
    read: rates,
    applied: rates,
    offsets: { source: 0, received: 0, applied: 0 },
    lag: { bytes: 1536, seconds: 1.25 },
    spool: { bytes: 0, diskBytes: 0 },
    databases: [],
    faults: 0,
    evictedKeys: 0,
    librariesLeftOut: 0,
    rssBytes: 0,
    ...more,
  };
}

/** Collects what is written to it; a terminal or not. */
function stream(isTTY: boolean): { text: string } & NodeJS.WriteStream {
  const fake = {
    text: '',
    isTTY,
    columns: 40,
    write(text: string): boolean {
      fake.text += text;
      return true;
    },
  };
  return fake as unknown as { text: string } & NodeJS.WriteStream;
}

group('the line', () => {
  it('says how far it is behind and how fast it goes', () => {
    expect(describe(metrics('in-step'))).toBe('In step: 1.3 s (1.5 KB) behind, 1,234 commands/s, 2.0 KB/s');
  });

  it('says what waits in the spool when that is much', () => {
    const line = describe(metrics('catching-up', { spool: { bytes: 5 * 1024 * 1024, diskBytes: 0 } }));
    expect(line).toBe('Catching up: 1.3 s (1.5 KB) behind, 1,234 commands/s, 2.0 KB/s, 5.0 MB in the buffer');
  });

  it('says how far the full copy is, and how long it takes where that is known', () => {
    const { copy } = metrics('full-copy');
    expect(describe(metrics('full-copy'))).toBe('Full copy: 12,345 keys, 3.0 MB, 1,234 commands/s, 2.0 KB/s');
    expect(describe(metrics('full-copy', { copy: { ...copy, remainingMs: 65_000 } }))).toMatch(
      /about 1 min 5 s left$/,
    );
  });

  it('names the shard of the source that is furthest behind, once that is more than a few seconds', () => {
    const { read, applied, offsets, spool } = metrics('in-step');
    const feed = (part: number, slots: string, seconds: number): Feed => ({
      ...{ part, slots, at: `10.0.0.${part}:7000`, phase: 'in-step', keysDone: 0 },
      ...{ lag: { bytes: 10, seconds }, read, applied, offsets, spool },
    });
    const line = (seconds: number): string =>
      describe(
        metrics('in-step', {
          lag: { bytes: 1536, seconds },
          feeds: [feed(1, '0-5460', 0.2), feed(2, '5461-16383', seconds)],
        }),
      );
    expect(line(3)).toBe('In step: 3.0 s (1.5 KB) behind, 1,234 commands/s, 2.0 KB/s');
    expect(line(12)).toBe(
      'Catching up: 12.0 s (1.5 KB) behind, most of all shard 2 at 10.0.0.2:7000 (slots 5461-16383), 1,234 commands/s, 2.0 KB/s',
    );
  });

  it('has words for every phase', () => {
    const phases: Phase[] = [
      'connecting',
      'receiving',
      'asking',
      'full-copy',
      'clearing',
      'catching-up',
      'in-step',
      'reconnecting',
      'releasing',
      'ended',
    ];
    expect(new Set(phases.map((phase) => describe(metrics(phase)))).size).toBe(phases.length);
  });
});

group('without a terminal', () => {
  it('a line is printed when the phase changes, and seldom otherwise', () => {
    const out = stream(false);
    const view = new SyncView(out, stream(false));
    for (const phase of ['connecting', 'connecting', 'in-step', 'in-step'] as const)
      view.event({ type: 'metrics', metrics: metrics(phase) });
    expect(out.text.split('\n')).toHaveLength(3);
    expect(out.text).not.toContain('\x1b');
  });

  it('messages go beside it, warnings marked', () => {
    const notes = stream(false);
    const view = new SyncView(stream(false), notes);
    view.event({ type: 'event', atMs: 0, severity: 'info', text: 'fine' });
    view.event({
      type: 'event',
      atMs: 0,
      severity: 'warning',
      text: 'not so fine',
      code: 'SOURCE_LINK_LOST',
    });
    expect(notes.text).toBe('fine\n! not so fine\n');
  });
});

group('on a terminal', () => {
  it('one line is written over and over, cut to the width, and gone before a message', () => {
    const out = stream(true);
    const notes = stream(true);
    const view = new SyncView(out, notes);
    view.event({ type: 'metrics', metrics: metrics('in-step') });
    const [, shown] = out.text.split('\r\x1b[2K');
    expect(shown).toHaveLength(39);
    view.line('a message');
    expect(out.text.endsWith('\r\x1b[2K')).toBe(true);
    expect(notes.text).toBe('a message\n');
    view.end();
  });
});
