import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { EngineEvent } from '../../../shared/contract/engine-messages.ts';
import { describeFurthest } from '../../../shared/format/feed-words.ts';
import { describeAway, nodesAway } from '../../../shared/format/lane-words.ts';
import { formatBytes, formatCount, formatDuration } from '../../../shared/format/numbers.ts';
import { describeUnsettled } from '../../../shared/format/slot-words.ts';
import { judgeInStep } from '../../../shared/model/judgement.ts';
import type { Metrics } from '../../../shared/model/metrics.ts';

/** Without a terminal a line is printed this seldom. */
const PLAIN_LINE_MS = 5000;

/** Shows a running task to a person: bars for the full copy, then one live line; plain lines where there is no terminal. */
export class SyncView {
  private readonly out: NodeJS.WriteStream;
  private readonly notes: NodeJS.WriteStream;
  private bars: MultiBar | undefined;
  private bytesBar: SingleBar | undefined;
  private keysBar: SingleBar | undefined;
  private liveShown = false;
  private lastPlainMs = 0;
  private lastPhase = '';

  constructor(out: NodeJS.WriteStream, notes: NodeJS.WriteStream) {
    this.out = out;
    this.notes = notes;
  }

  event(event: EngineEvent): void {
    if (event.type === 'metrics') this.metrics(event.metrics);
    else if (event.type === 'event') this.line(`${event.severity === 'warning' ? '! ' : ''}${event.text}`);
  }

  line(text: string): void {
    this.clearLive();
    this.stopBars();
    this.notes.write(`${text}\n`);
  }

  end(): void {
    this.stopBars();
    this.clearLive();
  }

  private metrics(metrics: Metrics): void {
    if (metrics.phase === 'full-copy' && this.out.isTTY) return this.copyBars(metrics);
    this.stopBars();
    const text = describe(metrics);
    if (this.out.isTTY) {
      this.out.write(`\r\x1b[2K${text.slice(0, (this.out.columns || 80) - 1)}`);
      this.liveShown = true;
      return;
    }
    const now = Date.now();
    if (metrics.phase === this.lastPhase && now - this.lastPlainMs < PLAIN_LINE_MS) return;
    this.lastPhase = metrics.phase;
    this.lastPlainMs = now;
    this.out.write(`${text}\n`);
  }

  private copyBars(metrics: Metrics): void {
    const { copy } = metrics;
    if (!this.bars) {
      this.clearLive();
      const format = '{name} [{bar}] {percentage}%  {text}';
      this.bars = new MultiBar(
        { format, hideCursor: true, stream: this.out, clearOnComplete: true },
        Presets.shades_classic,
      );
      this.keysBar = this.bars.create(1, 0, { name: 'Keys ', text: '' });
      this.bytesBar = this.bars.create(1, 0, { name: 'Bytes', text: '' });
    }
    const left = copy.remainingMs === undefined ? '' : `, about ${formatDuration(copy.remainingMs)} left`;
    this.keysBar!.setTotal(Math.max(1, copy.keysExpected ?? 0, copy.keysDone));
    this.keysBar!.update(copy.keysDone, { text: `${formatCount(copy.keysDone)} keys${left}` });
    this.bytesBar!.setTotal(Math.max(1, copy.bytesTotal ?? copy.bytesReceived, copy.bytesDone));
    const rate = `${formatBytes(metrics.applied.bytesPerSecond)}/s`;
    this.bytesBar!.update(copy.bytesDone, { text: `${formatBytes(copy.bytesDone)}, ${rate}` });
  }

  private stopBars(): void {
    this.bars?.stop();
    this.bars = undefined;
  }

  private clearLive(): void {
    if (this.liveShown) this.out.write('\r\x1b[2K');
    this.liveShown = false;
  }
}

const IN_STEP_WORDS = {
  'in-step': 'In step',
  'catching-up': 'Catching up',
  unheard: 'No news of the source; before that in step',
} as const;

/** One line that says how it is. */
export function describe(metrics: Metrics): string {
  const { evictedKeys } = metrics;
  const lost = evictedKeys > 0 ? `; the target has evicted ${formatCount(evictedKeys)} keys` : '';
  return `${describePhase(metrics)}${lost}`;
}

function describePhase(metrics: Metrics): string {
  const { phase, lag, applied, copy, spool } = metrics;
  const furthest = describeFurthest(metrics.feeds);
  const most = furthest === '' ? '' : `, most of all ${furthest}`;
  const behind = `${lag.seconds.toFixed(1)} s (${formatBytes(lag.bytes)}) behind${most}`;
  const rate = `${formatCount(applied.commandsPerSecond)} commands/s, ${formatBytes(applied.bytesPerSecond)}/s`;
  const waiting = spool.bytes > 1024 * 1024 ? `, ${formatBytes(spool.bytes)} in the buffer` : '';
  const unsettled = metrics.unsettled?.source;
  const moving = unsettled ? `; ${describeUnsettled('source', unsettled)}` : '';
  switch (phase) {
    case 'connecting':
      return 'Connecting';
    case 'receiving': {
      const of = copy.bytesTotal === undefined ? '' : ` of ${formatBytes(copy.bytesTotal)}`;
      return `Receiving the snapshot, ${formatBytes(copy.bytesReceived)}${of} so far; the target stays as it is until it is whole`;
    }
    case 'asking':
      return 'Waiting for an answer';
    case 'clearing':
      return 'Removing from the target what the source no longer has';
    case 'full-copy': {
      const left = copy.remainingMs === undefined ? '' : `, about ${formatDuration(copy.remainingMs)} left`;
      return `Full copy: ${formatCount(copy.keysDone)} keys, ${formatBytes(copy.bytesDone)}, ${rate}${left}`;
    }
    case 'catching-up':
      if (nodesAway(metrics.lanes).length > 0) return `${describeAway(metrics, metrics.atMs)}${waiting}`;
      return `Catching up: ${behind}, ${rate}${waiting}${moving}`;
    case 'in-step':
      return `${IN_STEP_WORDS[judgeInStep(metrics)]}: ${behind}, ${rate}${waiting}`;
    case 'paused':
      return `Paused: ${behind}${waiting}`;
    case 'reconnecting':
      return `Reconnecting: ${behind}${waiting}`;
    case 'releasing':
      return 'Setting the exact expiry times on the target';
    case 'ended':
      return 'Ended';
  }
}
