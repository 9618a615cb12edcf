import { describe, expect, test } from 'vitest';
import {
  nextStage,
  STAGE_SIGNALS,
  STAGES,
  type Stage,
  type StageSignal,
} from '../../../../electron/engine/target/target-machine.ts';

const ON_TARGET = STAGES.filter((stage) => stage !== 'idle' && stage !== 'closed');
const RECEIVING: readonly Stage[] = ['receiving', 'receive-again'];
const OPEN = STAGES.filter((stage) => stage !== 'closed');
/** One row a signal: from which stages it leads where. What is not named is not possible. */
const TABLE: Readonly<Record<StageSignal, readonly (readonly [readonly Stage[], Stage])[]>> = {
  copy: [[OPEN, 'begin-copy']],
  stream: [[['idle'], 'begin-stream']],
  receive: [[['begin-copy'], 'receiving']],
  whole: [[['receiving'], 'replace']],
  write: [[['begin-copy', 'replace', 'copying'], 'copying']],
  copied: [[['copying'], 'sweep']],
  swept: [[['sweep'], 'end-copy']],
  noted: [[['end-copy'], 'begin-stream']],
  ask: [[['replace', 'sweep'], 'asking']],
  'allow-replace': [[['asking'], 'replace']],
  'allow-sweep': [[['asking'], 'sweep']],
  apply: [[['begin-stream'], 'streaming']],
  'line-lost': [
    ...ON_TARGET.filter((stage) => stage !== 'streaming').map((stage) => [[stage], stage] as const),
    [['streaming'], 'begin-stream'],
  ],
  'copy-lost': [
    [ON_TARGET.filter((stage) => !RECEIVING.includes(stage)), 'copying'],
    [RECEIVING, 'receive-again'],
  ],
  'stream-lost': [[ON_TARGET, 'begin-stream']],
  mend: [[['begin-stream', 'streaming'], 'begin-stream']],
  reset: [[OPEN, 'idle']],
  close: [[STAGES, 'closed']],
};

const expected = (stage: Stage, signal: StageSignal): Stage | undefined =>
  TABLE[signal].find(([from]) => from.includes(stage))?.[1];

describe('the stages of the target', () => {
  for (const stage of STAGES) {
    test.each(STAGE_SIGNALS)(`${stage}: %s`, (signal) => {
      expect(nextStage(stage, signal)).toBe(expected(stage, signal));
    });
  }

  test('nothing leads on once nothing more is written', () => {
    for (const signal of STAGE_SIGNALS)
      if (signal !== 'close') expect(nextStage('closed', signal)).toBeUndefined();
  });

  test('a target that was left as it is is not written to before the snapshot is here whole', () => {
    const reached = new Set<Stage>(['receiving']);
    // Whatever may happen but that the snapshot is whole, and that the source begins anew. A set grows while it is walked.
    for (const stage of reached)
      for (const signal of [
        'line-lost',
        'copy-lost',
        'write',
        'copied',
        'swept',
        'noted',
        'apply',
      ] as const) {
        const next = nextStage(stage, signal);
        if (next !== undefined) reached.add(next);
      }
    expect([...reached]).toEqual(RECEIVING);
  });
});
