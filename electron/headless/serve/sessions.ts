import { randomBytes } from 'node:crypto';
import { digestOf, sameDigest } from './digest.ts';

const SECRET_BYTES = 32;
/** Browsers that may hold a cookie at once; one more ends the oldest. */
const MOST_SESSIONS = 16;
/** A browser in which no page has been open for this long is not let in any more. */
export const IDLE_MS = 8 * 3_600_000;

interface Session {
  readonly keyDigest: Buffer;
  lastUsedMs: number;
  /** How each of its open sockets is closed. */
  readonly sockets: Set<() => void>;
}

/** What a browser gets that is let in. */
export interface Entry {
  /** The value of a Set-Cookie header. */
  readonly cookie: string;
  /** What its pages keep: see shared/contract/page-key.ts. */
  readonly key: string;
}

/**
 * The browsers that were let in, in memory: they end with the host. A cookie is not bound to a port, so the name has
 * the port in it, or two hosts on one machine would replace each other's; and it opens nothing but the files of the page.
 */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #cookieName: string;
  readonly #now: () => number;

  constructor(port: number, now: () => number = () => performance.now()) {
    this.#cookieName = `lockstep-${port}`;
    this.#now = now;
  }

  open(): Entry {
    const id = randomBytes(SECRET_BYTES).toString('base64url');
    const key = randomBytes(SECRET_BYTES).toString('base64url');
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= MOST_SESSIONS && oldest !== undefined) this.#end(oldest);
    this.#sessions.set(id, { keyDigest: digestOf(key), lastUsedMs: this.#now(), sockets: new Set() });
    return { cookie: `${this.#cookieName}=${id}; Path=/; HttpOnly; SameSite=Strict`, key };
  }

  /** Whether the Cookie header of a request holds the id of a session: enough for the files of the page. */
  has(cookieHeader: string | undefined): boolean {
    return this.#find(cookieHeader) !== undefined;
  }

  /** Whether a request comes from a page of a session. */
  admits(cookieHeader: string | undefined, key: string): boolean {
    return this.#admitted(cookieHeader, key) !== undefined;
  }

  /** Notes an open socket of a session that `admits`; `close` is called when the session ends. @returns ends the note */
  join(cookieHeader: string | undefined, key: string, close: () => void): () => void {
    const session = this.#sessions.get(this.#admitted(cookieHeader, key) ?? '');
    session?.sockets.add(close);
    return () => {
      if (!session?.sockets.delete(close)) return;
      session.lastUsedMs = this.#now();
    };
  }

  /** Signs the browser of a page out. @returns false when it was not let in */
  end(cookieHeader: string | undefined, key: string): boolean {
    const id = this.#admitted(cookieHeader, key);
    if (id !== undefined) this.#end(id);
    return id !== undefined;
  }

  /** Signs every browser out. */
  endAll(): void {
    for (const id of this.#sessions.keys()) this.#end(id);
  }

  #admitted(cookieHeader: string | undefined, key: string): string | undefined {
    const id = this.#find(cookieHeader);
    if (id === undefined || !sameDigest(key, this.#sessions.get(id)!.keyDigest)) return undefined;
    this.#sessions.get(id)!.lastUsedMs = this.#now();
    return id;
  }

  #find(cookieHeader: string | undefined): string | undefined {
    for (const id of cookiesOf(cookieHeader ?? '', this.#cookieName)) {
      const session = this.#sessions.get(id);
      if (!session) continue;
      if (session.sockets.size > 0 || this.#now() - session.lastUsedMs < IDLE_MS) return id;
      this.#end(id);
    }
    return undefined;
  }

  #end(id: string): void {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    for (const close of session?.sockets ?? []) close();
  }
}

function cookiesOf(header: string, name: string): string[] {
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}
