import { describe, expect, it } from 'vitest';
import { worstOf } from '../../../../electron/headless/cli/exit-statuses.ts';
import { GroupView } from '../../../../electron/headless/cli/group-view.ts';
import { metricsOf } from '../../../support/backend/fake-engine.ts';
import type { EngineEvent } from '../../../../shared/contract/engine-messages.ts';
import type { Phase } from '../../../../shared/model/metrics.ts';

class Screen {
  text = '';
  columns = 60;
  rows = 24;
  readonly isTTY: boolean;
  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }
  write(text: string): boolean {
    this.text += text;
    return true;
  }
  take(): string {
    const { text } = this;
    this.text = '';
    return text;
  }
}

const stream = (screen: Screen): NodeJS.WriteStream => screen as unknown as NodeJS.WriteStream;
const at = (phase: Phase): EngineEvent => ({ type: 'metrics', metrics: metricsOf(phase) });
const LINE = 'In step: 0.0 s (0 B) behind, 0 commands/s, 0 B/s';
const SHORT = { b: `b:1   ${LINE}`.slice(0, 59), cc: `cc:1  ${LINE}`.slice(0, 59) };

describe('the view of several targets', () => {
  it('has a live line for each on a terminal, drawn again in its place', () => {
    const screen = new Screen(true);
    const view = new GroupView(stream(screen), stream(screen), ['b:1', 'cc:1']);
    view.event('b:1', at('in-step'));
    expect(screen.take()).toBe(`\x1b[2K${SHORT.b}\n\x1b[2Kcc:1  Connecting\n`);
    view.event('cc:1', at('in-step'));
    expect(screen.take()).toBe(`\x1b[2A\r\x1b[2K${SHORT.b}\n\x1b[2K${SHORT.cc}\n`);
    view.event('cc:1', { type: 'event', atMs: 0, severity: 'warning', text: 'The link broke' });
    expect(screen.take()).toBe(
      `\x1b[2A\r\x1b[Jcc:1  ! The link broke\n\x1b[2K${SHORT.b}\n\x1b[2K${SHORT.cc}\n`,
    );
    view.failed('b:1', () => screen.write('b:1: TARGET_UNREACHABLE\n'));
    expect(screen.take()).toBe(
      `\x1b[2A\r\x1b[Jb:1: TARGET_UNREACHABLE\n\x1b[2Kb:1   Failed\n\x1b[2K${SHORT.cc}\n`,
    );
    view.end();
    expect(screen.take()).toBe('\x1b[2A\r\x1b[J');
  });

  it('prints plain lines where they do not fit, and where there is no terminal', () => {
    const [out, notes] = [new Screen(false), new Screen(false)];
    const view = new GroupView(stream(out), stream(notes), ['b:1', 'cc:1']);
    for (const name of ['b:1', 'cc:1', 'b:1']) view.event(name, at('in-step'));
    expect(out.take()).toBe(`b:1   ${LINE}\ncc:1  ${LINE}\n`);
    view.last('cc:1', 'Stopped: nothing.\nRun it again.');
    expect(notes.take()).toBe('cc:1  Stopped: nothing.\nRun it again.\n');

    const small = new Screen(true);
    small.rows = 2;
    new GroupView(stream(small), stream(notes), ['b:1', 'cc:1']).event('b:1', at('in-step'));
    expect(small.take()).toBe(`b:1   ${LINE}\n`);
  });
});

it('the exit status is that of the worst', () => {
  expect(worstOf([0, 0])).toBe(0);
  expect(worstOf([0, 4, 7])).toBe(4);
  expect(worstOf([4, 70, 3])).toBe(70);
  expect(worstOf([0, 1, 7])).toBe(1);
});
