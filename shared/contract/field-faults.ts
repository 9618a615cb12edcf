import type { z } from 'zod';
import { formatCount } from '../format/numbers.ts';
import type { FieldFault } from './frames.ts';

type Issue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'yes or no',
  array: 'a list',
  object: 'a group of fields',
  record: 'a group of fields',
};

/** Says of every field that does not fit what is wrong with it, as the end of a sentence that its name begins. */
export function fieldFaults(error: { readonly issues: readonly Issue[] }): FieldFault[] {
  return error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: describe(issue) }));
}

function describe(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined && issue.message.includes('received undefined')
        ? 'is missing'
        : `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return atLeast(issue.origin, Number(issue.minimum));
    case 'too_big':
      return atMost(issue.origin, Number(issue.maximum));
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return 'does not have the form that is needed here';
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return `has fields that are not known: ${issue.keys.join(', ')}`;
    default:
      return 'does not fit here';
  }
}

function atLeast(origin: string, minimum: number): string {
  if (origin === 'string')
    return minimum === 1 ? 'must not be empty' : `needs at least ${formatCount(minimum)} characters`;
  if (origin === 'array' || origin === 'set')
    return minimum === 1 ? 'needs at least one entry' : `needs at least ${formatCount(minimum)} entries`;
  return `must be at least ${formatCount(minimum)}`;
}

function atMost(origin: string, maximum: number): string {
  if (origin === 'string') return `may have at most ${formatCount(maximum)} characters`;
  if (origin === 'array' || origin === 'set') return `may have at most ${formatCount(maximum)} entries`;
  return `must be at most ${formatCount(maximum)}`;
}
