import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { STEPS } from '../../../../renderer/setup/step/steps.ts';
import { ERROR_CATALOGUE, type ErrorCode } from '../../../../shared/errors/catalogue.ts';
import { faultWords } from '../../../../shared/errors/fault-words.ts';
import { describeOutlook } from '../../../../shared/format/outlook-words.ts';
import { CHECKS } from '../../../../shared/model/checks.ts';
import type { TaskOutlook } from '../../../../shared/model/task-outlook.ts';

/** Words of ours that nobody else uses so. */
const PRIVATE = /\bspools?\b|\bstand(s|ing)? (on the target|there)\b|\bmend(s|ed|ing)?\b|without a word/i;

const OUTLOOK: TaskOutlook = {
  ...{ atMs: 0, start: 'first-copy', reason: null, sourceKeys: 3, targetKeys: 2, writes: 'some', faults: [] },
};

const texts: [string, string][] = [
  ...Object.entries(ERROR_CATALOGUE).flatMap(([code, { title, cause, remedy }]): [string, string][] => {
    const page = faultWords(code as ErrorCode);
    return [title, cause, remedy, ...Object.values(page)].map((text) => [code, String(text)]);
  }),
  ...Object.entries(CHECKS).flatMap(([id, check]) =>
    Object.values(check).map((text): [string, string] => [id, String(text)]),
  ),
  ...STEPS.flatMap(({ title, heading }): [string, string][] => [
    ['step', title],
    ['step', heading],
  ]),
  ...(['first-copy', 'resume', 'new-copy', 'unknown'] as const).flatMap((start) =>
    (['fail', 'overwrite'] as const).flatMap((existing) =>
      [null, 2].flatMap((targetKeys) =>
        describeOutlook({ ...OUTLOOK, start, targetKeys }, { existing }).map((text): [string, string] => [
          start,
          text,
        ]),
      ),
    ),
  ),
];

describe('what people read', () => {
  it('has no word that only we use so: errors, checks, steps of the set-up, what a start comes to', () => {
    expect(texts.length).toBeGreaterThan(300);
    expect(texts.filter(([, text]) => PRIVATE.test(text))).toEqual([]);
  });

  it.each(['the spool is full', 'what stands on the target', 'Mend it', 'mended', 'ended without a word'])(
    'would be found: %s',
    (text) => expect(PRIVATE.test(text)).toBe(true),
  );

  it('has it in no text that the engine, the backend or the command line puts together', () => {
    const files = readdirSync('electron', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    expect(files.length).toBeGreaterThan(400);
    const told = files.flatMap((file) =>
      readFileSync(path.join('electron', file), 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line))
        .flatMap((line) => /(['`]).*\b(?:the|an?|larger) spools?\b.*\1/.exec(line)?.[0] ?? []),
    );
    expect(told).toEqual([]);
  });
});
