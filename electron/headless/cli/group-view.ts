import type { EngineEvent } from '../../../shared/contract/engine-messages.ts';
import type { Metrics } from '../../../shared/model/metrics.ts';
import { describe } from './sync-view.ts';

/** Without a terminal a line for each target is printed this seldom. */
const PLAIN_LINE_MS = 5000;

interface Row {
  text: string;
  phase: Metrics['phase'] | undefined;
  printedAtMs: number;
}

/** Shows several targets of one source to a person: a live line for each of them; plain lines where there is no terminal for these. */
export class GroupView {
  private readonly out: NodeJS.WriteStream;
  private readonly notes: NodeJS.WriteStream;
  private readonly rows: ReadonlyMap<string, Row>;
  private readonly width: number;
  private shown = 0;

  constructor(out: NodeJS.WriteStream, notes: NodeJS.WriteStream, names: readonly string[]) {
    this.out = out;
    this.notes = notes;
    this.rows = new Map(
      names.map((name) => [name, { text: 'Connecting', phase: undefined, printedAtMs: -Infinity }]),
    );
    this.width = Math.max(...names.map(({ length }) => length));
  }

  event(name: string, event: EngineEvent): void {
    if (event.type === 'metrics') this.metrics(name, event.metrics);
    else if (event.type === 'event')
      this.note(`${this.head(name)}${event.severity === 'warning' ? '! ' : ''}${event.text}`);
  }

  /** What is about all of them. */
  line(text: string): void {
    this.note(text);
  }

  /** How one has ended: its first line stays, as long as there are others. */
  last(name: string, text: string): void {
    const [first = '', ...more] = text.split('\n');
    this.become(name, first);
    this.note([`${this.head(name)}${first}`, ...more].join('\n'));
  }

  /** One has failed; `tell` writes how, on a line of its own. */
  failed(name: string, tell: () => void): void {
    this.become(name, 'Failed');
    this.clear();
    tell();
    if (this.isLive) this.draw();
  }

  end(): void {
    this.clear();
  }

  private become(name: string, text: string): void {
    const row = this.rows.get(name);
    if (row) row.text = text;
  }

  private metrics(name: string, metrics: Metrics): void {
    const row = this.rows.get(name);
    if (!row) return;
    row.text = describe(metrics);
    if (this.isLive) return this.draw();
    const nowMs = Date.now();
    if (metrics.phase === row.phase && nowMs - row.printedAtMs < PLAIN_LINE_MS) return;
    row.phase = metrics.phase;
    row.printedAtMs = nowMs;
    this.out.write(`${this.head(name)}${row.text}\n`);
  }

  private note(text: string): void {
    this.clear();
    this.notes.write(`${text}\n`);
    if (this.isLive) this.draw();
  }

  /** Lines that do not fit on a terminal cannot be drawn again in their place. */
  private get isLive(): boolean {
    return this.out.isTTY && (this.out.rows || 24) > this.rows.size;
  }

  private draw(): void {
    const columns = (this.out.columns || 80) - 1;
    const lines = [...this.rows].map(
      ([name, { text }]) => `\x1b[2K${`${this.head(name)}${text}`.slice(0, columns)}\n`,
    );
    this.out.write(`${this.up}${lines.join('')}`);
    this.shown = lines.length;
  }

  private clear(): void {
    if (this.shown > 0) this.out.write(`${this.up}\x1b[J`);
    this.shown = 0;
  }

  private get up(): string {
    return this.shown > 0 ? `\x1b[${this.shown}A\r` : '';
  }

  private head(name: string): string {
    return `${name.padEnd(this.width)}  `;
  }
}
