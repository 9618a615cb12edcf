/** A source that has more is not known; beyond, they are not counted. */
const MOST_NAMES = 10_000;

/**
 * The function libraries of the source that the target, which knows none, goes without by consent: of the full copy and of the
 * stream after it.
 */
export class LeftOutLibraries {
  private readonly names = new Set<string>();
  private readonly onStreamed: (name: string) => void;

  /** @param onStreamed told of each that the stream brings */
  constructor(onStreamed: (name: string) => void) {
    this.onStreamed = onStreamed;
  }

  get count(): number {
    return this.names.size;
  }

  /** The source has these. */
  begin(names: readonly string[]): void {
    this.names.clear();
    for (const name of names) this.copied(name);
  }

  copied(name: string): void {
    if (this.names.size < MOST_NAMES) this.names.add(name);
  }

  streamed(name: string): void {
    this.copied(name);
    this.onStreamed(name);
  }

  removed(name: string): void {
    this.names.delete(name);
  }

  flushed(): void {
    this.names.clear();
  }
}
