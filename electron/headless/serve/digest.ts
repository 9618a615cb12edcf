import { createHash, timingSafeEqual } from 'node:crypto';

/** What is kept of a secret that is only ever compared. */
export const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Digests have one length whatever was sent, and are compared in constant time. */
export const sameDigest = (text: string, digest: Buffer): boolean => timingSafeEqual(digestOf(text), digest);
