import { broken } from './fault.ts';

/** A score written as text by C's printf. @throws RDB_BROKEN when it is none */
export function numberOfText(text: string): number {
  switch (text.toLowerCase()) {
    case 'inf':
      return Infinity;
    case '-inf':
      return -Infinity;
    default:
      return notNan(text.trim() === '' ? NaN : Number(text));
  }
}

/** @throws RDB_BROKEN for NaN, which no sorted set holds */
export function notNan(score: number): number {
  if (Number.isNaN(score)) throw broken('a score is not a number');
  return score;
}
