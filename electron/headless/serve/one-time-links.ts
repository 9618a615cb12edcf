import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const TOKEN_BYTES = 32;
const VALID_MS = 10 * 60_000;

/** The token of the one link that is valid now. A new one replaces the one before. */
export class OneTimeLinks {
  readonly #now: () => number;
  #valid: { readonly digest: Buffer; readonly untilMs: number } | undefined;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns 256 random bits that open the page once within ten minutes */
  create(): string {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    this.#valid = { digest: digestOf(token), untilMs: this.#now() + VALID_MS };
    return token;
  }

  /** True once for the valid token; a wrong one leaves it valid. */
  use(token: string): boolean {
    const valid = this.#valid;
    // Digests have one length whatever was sent, and are compared in constant time.
    if (!valid || !timingSafeEqual(digestOf(token), valid.digest)) return false;
    this.#valid = undefined;
    return this.#now() < valid.untilMs;
  }
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
