import fs from 'node:fs';

type Write = (fd: number, buf: Buffer, at: number, length: number, position: number, done: Done) => void;
type Done = (error: Error | null, bytes: number) => void;

/**
 * A disk that does what it is asked only when the test says so, in whatever order: until then a write has not looked at the
 * memory and a read has left garbage in it, so that memory which is used too early shows. `remove` puts the real one back.
 */
export class HeldDisk {
  private readonly real = { write: fs.write, read: fs.read };
  /** What was asked for and not done yet. */
  readonly held: { readonly kind: 'read' | 'write'; readonly run: (error?: Error) => void }[] = [];
  /** At most this many bytes are moved in one go. */
  mostBytes = Infinity;

  constructor() {
    const write: Write = (fd, buf, at, length, position, done) => {
      const run = (error?: Error): void =>
        error ? done(error, 0) : done(null, fs.writeSync(fd, buf, at, this.cut(length), position));
      this.held.push({ kind: 'write', run });
    };
    const read: Write = (fd, buf, at, length, position, done) => {
      buf.fill(0xee, at, at + Math.min(length, 64));
      const run = (error?: Error): void =>
        error ? done(error, 0) : done(null, fs.readSync(fd, buf, at, this.cut(length), position));
      this.held.push({ kind: 'read', run });
    };
    fs.write = write as unknown as typeof fs.write;
    fs.read = read as unknown as typeof fs.read;
  }

  /** Lets one operation happen. @returns false when there is none */
  step(index = 0, error?: Error): boolean {
    const [operation] = this.held.splice(index, 1);
    operation?.run(error);
    return operation !== undefined;
  }

  /** Lets everything happen, and what follows from it. */
  drain(): void {
    while (this.step());
  }

  remove(): void {
    fs.write = this.real.write;
    fs.read = this.real.read;
  }

  private cut(length: number): number {
    return Math.min(length, this.mostBytes);
  }
}
