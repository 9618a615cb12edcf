import { expect, it } from 'vitest';
import { nextStepAfter } from '../../../../shared/errors/after-failure.ts';
import { ERROR_CATALOGUE, type ErrorCode } from '../../../../shared/errors/catalogue.ts';
import { faultWords } from '../../../../shared/errors/fault-words.ts';

const codes = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

/** Words of a remedy, and what may lead on from there. */
const SAID: readonly (readonly [RegExp, readonly string[]])[] = [
  [/settings of the task|its settings/, ['settings']],
  [/not to be started|the other run has the task now/, ['leave']],
  [/\bset up (a|another) new task|^Set up/, ['set-up', 'leave']],
];

/** Whose remedy speaks of both, and where a start comes first. */
const START_FIRST: Readonly<Partial<Record<ErrorCode, string>>> = {
  SOURCE_AUTH: 'the start asks for the password',
  TARGET_AUTH: 'the start asks for the password',
  COMMAND_UNSUPPORTED: 'a newer target mends it, a new task is the second way',
  EXPIRY_OVERTAKEN: 'nothing has to be done',
  SPOOL_DAMAGED: 'another folder is needed only where the disk is to blame',
  TASK_MISMATCH: 'the addresses of the task are mended in its settings',
};

/** All that may lead on where the remedy says this. */
function saidBy(code: ErrorCode): readonly string[] {
  const { remedy } = faultWords(code);
  if (START_FIRST[code] !== undefined) return ['start', 'settings'];
  const said = SAID.find(([words]) => words.test(remedy));
  return (
    said?.[1] ??
    (/start (it|the task) again/i.test(remedy)
      ? ['start', 'settings']
      : ['start', 'settings', 'set-up', 'leave'])
  );
}

it.each(codes)('what is offered after %s is what its remedy says', (code) => {
  expect(saidBy(code)).toContain(nextStepAfter(code));
});

it('no start is offered where it takes the target from another run, or is refused each time', () => {
  const left = codes.filter((code) => nextStepAfter(code) === 'leave');
  expect(left).toEqual(['SOURCE_IS_TARGET', 'TARGET_HANDED_OVER', 'TARGET_TAKEN_OVER']);
});
