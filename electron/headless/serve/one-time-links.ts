import { randomBytes } from 'node:crypto';
import { digestOf, sameDigest } from './digest.ts';

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

  /** Whether it could be used; looking at a link does not use it up. */
  isValid(token: string): boolean {
    const valid = this.#valid;
    return valid !== undefined && sameDigest(token, valid.digest) && this.#now() < valid.untilMs;
  }

  /** True once for the valid token; a wrong one leaves it valid. */
  use(token: string): boolean {
    if (!this.isValid(token)) return false;
    this.#valid = undefined;
    return true;
  }
}
