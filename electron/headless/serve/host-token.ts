import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { digestOf, sameDigest } from './digest.ts';

const TOKEN_BYTES = 32;
const BEARER = /^Bearer ([\w-]{1,200})$/i;

/** What lets programs of the same account in, which have no browser: a new one with each start of the host. */
export class HostToken {
  /** 256 random bits. */
  readonly text = randomBytes(TOKEN_BYTES).toString('base64url');
  readonly #digest = digestOf(this.text);

  /** Whether a request names a token at all. No page can have its browser send one with a socket. */
  isNamed({ authorization }: IncomingHttpHeaders): boolean {
    return authorization !== undefined;
  }

  admits({ authorization }: IncomingHttpHeaders): boolean {
    return sameDigest(BEARER.exec(authorization ?? '')?.[1] ?? '', this.#digest);
  }
}
