import { randomBytes } from 'node:crypto';

/** A fresh id: 16 hexadecimal digits, fit for the name of a key and of a file. */
export const freshId = (): string => randomBytes(8).toString('hex');
