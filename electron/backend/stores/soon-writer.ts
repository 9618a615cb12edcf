/** A form is stored with every pause in typing: writes closer together than this become one. */
const DELAY_MS = 200;

/** Writes the newest of several contents that come shortly after each other, the first at once. */
export class SoonWriter<T> {
  private readonly writeNow: (content: T) => void;
  private readonly delayMs: number;
  private waiting: { content: T; settle: ((error: unknown) => void)[] } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lastMs = -Infinity;

  constructor(writeNow: (content: T) => void, delayMs = DELAY_MS) {
    this.writeNow = writeNow;
    this.delayMs = delayMs;
  }

  /** Resolves when this content, or a newer one, is written. @throws what writing it throws */
  write(content: T): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error: unknown): void => (error === undefined ? resolve() : reject(error as Error));
      this.waiting = { content, settle: [...(this.waiting?.settle ?? []), settle] };
      const remainingMs = this.lastMs + this.delayMs - performance.now();
      if (remainingMs <= 0) this.writeWaiting();
      else this.timer ??= setTimeout(() => this.writeWaiting(), remainingMs);
    });
  }

  /** Writes what waits, at once. What goes wrong is told to whoever waits for it. */
  flush(): void {
    this.writeWaiting();
  }

  private writeWaiting(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { waiting } = this;
    if (!waiting) return;
    this.waiting = undefined;
    this.lastMs = performance.now();
    let failure: unknown;
    try {
      this.writeNow(waiting.content);
    } catch (error) {
      failure = error;
    }
    for (const settle of waiting.settle) settle(failure);
  }
}
