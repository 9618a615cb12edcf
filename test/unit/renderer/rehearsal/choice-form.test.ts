import { expect, test } from 'vitest';
import { choiceForm, choiceOf } from '../../../../renderer/rehearsal/choice-form.ts';
import { DEFAULT_CHOICES } from '../../../../shared/rehearsal/rehearsal-choice.ts';

test('what nobody has changed is the default of each kind', () => {
  for (const kind of ['copy', 'failover', 'cutover'] as const)
    expect(choiceOf(choiceForm(kind, null))).toEqual({ choice: DEFAULT_CHOICES[kind] });
});

test('what was asked for the last time is offered again, also of another kind its goals', () => {
  const last = { ...DEFAULT_CHOICES.copy, goals: { rtoMs: 9000, rpoMs: 500 }, inStepForMs: 1500 };
  expect(choiceForm('copy', last)).toMatchObject({ rpoSeconds: 0.5, inStepSeconds: 1.5 });
  expect(choiceOf(choiceForm('failover', last))).toMatchObject({ choice: { goals: { rtoMs: 9000 } } });
});

test.each([
  ['http://app.example/health', true],
  ['tcp://127.0.0.1:6379', true],
  ['rm -rf /', false],
  ['http://user:secret@app.example', false],
  ['tcp://127.0.0.1', false],
])('a check of ones own is an address: %s', (check, fits) => {
  const asked = choiceOf({ ...choiceForm('failover', null), check });
  if (fits) expect(asked).toMatchObject({ choice: { check } });
  else expect(asked).toMatchObject({ problems: { check: expect.any(String) } });
});

test('a field that is empty or does not fit is named', () => {
  const form = { ...choiceForm('cutover', null), waitMinutes: null, steadySeconds: 90_000 };
  const asked = choiceOf(form);
  expect(asked).toMatchObject({
    problems: { waitMinutes: expect.any(String), steadySeconds: expect.any(String) },
  });
  expect('problems' in asked && asked.problems.rtoSeconds).toBeFalsy();
});
