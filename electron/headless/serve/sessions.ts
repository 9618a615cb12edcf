import { randomBytes } from 'node:crypto';

const ID_BYTES = 32;
/** Browsers that may hold a cookie at once; one more ends the oldest. */
const MOST_SESSIONS = 16;

/**
 * The browsers that were let in, in memory: they end with the host. A cookie is not bound to a port, so the name has
 * the port in it, or two hosts on one machine would replace each other's.
 */
export class Sessions {
  readonly #ids = new Set<string>();
  readonly #cookieName: string;

  constructor(port: number) {
    this.#cookieName = `lockstep-${port}`;
  }

  /** @returns the value of a Set-Cookie header */
  open(): string {
    const id = randomBytes(ID_BYTES).toString('base64url');
    const [oldest] = this.#ids;
    if (this.#ids.size >= MOST_SESSIONS && oldest !== undefined) this.#ids.delete(oldest);
    this.#ids.add(id);
    return `${this.#cookieName}=${id}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Whether the Cookie header of a request holds the id of a session. */
  has(cookieHeader: string | undefined): boolean {
    const ids = cookiesOf(cookieHeader ?? '', this.#cookieName);
    return ids.some((id) => this.#ids.has(id));
  }
}

function cookiesOf(header: string, name: string): string[] {
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}
