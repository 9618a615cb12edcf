import { useMemo } from 'react';

/** The same array as long as it holds the same numbers. */
export function useSameNumbers(numbers: readonly number[]): readonly number[] {
  const text = numbers.join(' ');
  return useMemo(() => (text === '' ? [] : text.split(' ').map(Number)), [text]);
}
