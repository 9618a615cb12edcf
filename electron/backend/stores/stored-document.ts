import { z } from 'zod';
import { ERROR_CATALOGUE } from '../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { systemReason } from '../../../shared/errors/plain-reason.ts';
import type { Notices } from '../notices/notices.ts';
import type { DocumentStore, OpenStore } from '../ports.ts';
import type { DocumentKind } from './document-kind.ts';
import { keepAside } from './keep-aside.ts';

const headSchema = z.looseObject({ version: z.number().int().min(1) });

/**
 * A document in memory that is the same on disk: a change counts only once it is written. What cannot be read, or comes
 * from a newer version, is kept aside and told as a notice, and the document begins empty.
 */
export class StoredDocument<T> {
  private readonly store: DocumentStore;
  private readonly kind: DocumentKind<T>;
  private readonly notices: Notices;
  private current: T;
  /** Set when a file that cannot be used could not be kept aside: it must not be written over. */
  private lockedBy: string | undefined;
  /** False when something of the file could not be used. */
  readonly whole: boolean;

  constructor(openStore: OpenStore, kind: DocumentKind<T>, notices: Notices) {
    this.store = openStore(kind.name);
    this.kind = kind;
    this.notices = notices;
    const { content, whole } = this.open();
    this.current = content;
    this.whole = whole;
  }

  get content(): T {
    return this.current;
  }

  /** @throws LockstepError STORE_UNWRITABLE; the content is then as it was */
  save(content: T): void {
    this.write(content);
    this.current = content;
  }

  private write(content: T): void {
    try {
      if (this.lockedBy !== undefined) throw new Error(this.lockedBy);
      this.store.write({ version: this.version, ...this.kind.write(content) });
    } catch (cause) {
      const fact = `${this.store.path}: ${messageOf(cause)}`;
      this.notices.add('error', ERROR_CATALOGUE.STORE_UNWRITABLE.title, fact);
      throw new LockstepError('STORE_UNWRITABLE', fact, { cause });
    }
  }

  private get version(): number {
    return this.kind.migrations.length + 1;
  }

  private open(): { content: T; whole: boolean } {
    const nothing = { content: this.kind.empty, whole: false };
    try {
      const document = this.store.read();
      if (document === undefined) return { ...nothing, whole: true };
      const head = headSchema.parse(document);
      if (head.version > this.version) {
        this.setAside('newer', `it has the format ${head.version}, this version knows up to ${this.version}`);
        return nothing;
      }
      return this.take(head, head.version);
    } catch (error) {
      this.setAside('damaged', reasonOf(error));
      return nothing;
    }
  }

  private take(document: Record<string, unknown>, version: number): { content: T; whole: boolean } {
    const latest = this.kind.migrations
      .slice(version - 1)
      .reduce((older, migrate) => migrate(older), document);
    const { content, lost } = this.kind.read(latest);
    if (lost.length > 0) this.leaveOut(lost, content);
    return { content, whole: lost.length === 0 };
  }

  private setAside(why: 'damaged' | 'newer', reason: string): void {
    const { title } = ERROR_CATALOGUE[why === 'damaged' ? 'STORE_DAMAGED' : 'STORE_NEWER'];
    try {
      const aside = keepAside(this.store.path, why, 'move', Date.now());
      this.notices.add(
        'error',
        title,
        `The file with ${this.kind.holds} could not be used: ${reason}. It was kept as ${aside}.`,
      );
    } catch (error) {
      this.lockedBy = `a file that cannot be used lies there and could not be moved (${messageOf(error)})`;
      this.notices.add(
        'error',
        title,
        `The file with ${this.kind.holds}, ${this.store.path}, could not be used: ${reason}. ` +
          'It could not be moved aside either, so nothing is stored there until the application starts anew.',
      );
    }
  }

  /** The file as it was is kept, then written without what cannot be used. */
  private leaveOut(lost: readonly string[], content: T): void {
    const { title } = ERROR_CATALOGUE.STORE_DAMAGED;
    try {
      const aside = keepAside(this.store.path, 'damaged', 'copy', Date.now());
      this.notices.add(
        'error',
        title,
        `Of ${this.kind.holds} these could not be used: ${lost.join(', ')}. The file as it was is kept as ${aside}.`,
      );
      this.store.write({ version: this.version, ...this.kind.write(content) });
    } catch (error) {
      this.lockedBy = `a damaged file lies there and could not be copied (${messageOf(error)})`;
      this.notices.add(
        'error',
        title,
        `Of ${this.kind.holds} these could not be used: ${lost.join(', ')}. ${this.store.path} could not be copied, ` +
          'so nothing is stored there until the application starts anew.',
      );
    }
  }
}

const messageOf = (error: unknown): string =>
  systemReason(error) ?? (error instanceof Error ? error.message : String(error));

/** Names the place, never the value: what stands there may be a secret. */
function reasonOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return 'it is not readable as JSON';
  const [issue] = error.issues;
  return issue && issue.path.length > 0
    ? `${issue.path.map(String).join('.')} is not as it should be`
    : 'it is not as it should be';
}
