import { expect, it } from 'vitest';
import { ERROR_CATALOGUE, type ErrorCode } from '../../../../shared/errors/catalogue.ts';
import { faultWords } from '../../../../shared/errors/fault-words.ts';

/** Errors that only the command line meets: it names its own options. */
const OF_THE_COMMAND_LINE: readonly string[] = ['ALREADY_RUNNING', 'PORT_TAKEN', 'OUTPUT_UNWRITABLE'];

const codes = Object.keys(ERROR_CATALOGUE).filter(
  (code) => !OF_THE_COMMAND_LINE.includes(code),
) as ErrorCode[];

it.each(codes)('%s tells a page nothing of options and variables of the command line', (code) => {
  const { title, cause, remedy } = faultWords(code);
  expect(`${title} ${cause} ${remedy}`).not.toMatch(/--\w|LOCKSTEP_|NODE_EXTRA|same command/);
});

it.each(codes)('%s asks for no address of Sentinels on a page, which takes none', (code) => {
  const { cause, remedy } = faultWords(code);
  expect(`${cause} ${remedy}`).not.toContain('redis-sentinel:');
});
