import type { Draft } from '../../../../shared/model/profile.ts';
import { DEFAULT_CHOICES } from '../../../../shared/rehearsal/rehearsal-choice.ts';
import {
  noRehearsal,
  type RehearsalState,
  type ToldRun,
} from '../../../../shared/rehearsal/rehearsal-state.ts';
import type { RehearsedStep } from '../../../../shared/rehearsal/report.ts';
import { summaryOf } from '../../../../shared/rehearsal/run-summary.ts';
import { copyReport } from '../../rehearsal-report.ts';
import { contents } from '../task-figures/contents.ts';
import { draft, endpointForm, HOUR_MS } from '../fixtures.ts';
import type { Scenario, Scenarios } from '../scenario.ts';

const ID = 'drill';
const SOURCE = 'orders-fra1.internal:6379';
const TARGET = 'standby-ams2.internal:6379';

const pair = (): Draft =>
  draft(ID, {
    purpose: 'rehearse',
    source: endpointForm('source', { host: 'orders-fra1.internal' }),
    targets: [endpointForm('target-1', { host: 'standby-ams2.internal' })],
  });

const COPY_STEPS: readonly RehearsedStep[] = [
  { id: 'look', beganMs: 0, tookMs: 420, state: 'done' },
  { id: 'precheck', beganMs: 420, tookMs: 2210, state: 'done', note: '31 checks, 0 in the way' },
  { id: 'connect', beganMs: 2630, tookMs: 1180, state: 'done' },
  { id: 'copy', beganMs: 3810, tookMs: 24_600, state: 'done' },
  { id: 'catch-up', beganMs: 28_410, tookMs: 900, state: 'done' },
];

const state = (change: Partial<RehearsalState>): RehearsalState => ({
  ...noRehearsal(ID),
  ...{ status: 'running', choice: DEFAULT_CHOICES.copy, between: { source: SOURCE, target: TARGET } },
  ...{ startedAtMs: Date.now() - 34_000, steps: [...COPY_STEPS], step: { id: 'in-step', beganMs: 29_310 } },
  ...change,
});

const told = (agoMs: number, last = true): ToldRun => {
  const startedAtMs = Date.now() - agoMs;
  const side = { product: 'Redis', cluster: false, keys: 1_204_511, usedMemoryBytes: 2_104_551_424 } as const;
  const report = copyReport({
    ...{ id: `run-${agoMs}`, startedAtMs, endedAtMs: startedAtMs + 58_000 },
    source: { ...side, address: SOURCE, version: '7.2.5' },
    target: { ...side, address: TARGET, version: '8.0.1', keys: 0 },
    steps: [
      ...COPY_STEPS,
      { id: 'in-step', beganMs: 29_310, tookMs: 10_200, state: 'done' },
      { id: 'compare', beganMs: 39_510, tookMs: 15_800, state: 'done' },
      { id: 'drain', beganMs: 55_310, tookMs: 610, state: 'done' },
      { id: 'clean', beganMs: 55_920, tookMs: 2080, state: 'done', note: '1,204,511 keys removed' },
    ],
    copy: { keys: 1_204_511, bytes: 812_104_551, keysPerSecond: 48_964, bytesPerSecond: 33_012_380 },
    comparison: { equal: true, compared: 1_204_511, differences: 0, tookMs: 15_800 },
    contents: { source: contents(), target: contents() },
    load: {
      latencyMs: {
        before: { count: 6, p50: 0.3, p99: 0.6, worst: 0.6 },
        copying: { count: 50, p50: 0.4, p99: 2.1, worst: 48 },
        after: { count: 54, p50: 0.3, p99: 0.7, worst: 0.9 },
      },
      forkMs: 46,
      replicaBufferBytes: 1_204_511,
    },
    afterwards: 'The target is empty again: 1,204,511 keys were removed.',
  });
  return { report, last: last ? summaryOf(told(agoMs + 24 * HOUR_MS, false).report, SOURCE, TARGET) : null };
};

const page = (shown: RehearsalState, runs: readonly ToldRun[] = []): Scenario => ({
  drafts: [pair()],
  answers: {
    'rehearsal.state': () => shown,
    'rehearsal.kept': () => runs.map(({ report }) => summaryOf(report, SOURCE, TARGET)),
    'rehearsal.answer': () => ({ ...shown, question: null }),
  },
});

export const scenarios: Scenarios = {
  'rehearsal-new': () => page(noRehearsal(ID)),
  'rehearsal-running': () => page(state({})),
  'rehearsal-asks': () =>
    page(
      state({
        step: null,
        steps: [...told(0).report.steps.slice(0, -1)],
        startedAtMs: Date.now() - 61_000,
        question: { type: 'clean', keys: 1_204_511 },
      }),
    ),
  'rehearsal-gate': () =>
    page(
      state({
        choice: DEFAULT_CHOICES.cutover,
        step: { id: 'gate', beganMs: 29_310 },
        gate: [
          { id: 'lag', state: 'ready', found: 'Nothing behind for 1 min 4 s.', who: [] },
          { id: 'compared', state: 'ready', found: 'Equal, compared 40 s ago.', who: [] },
          {
            id: 'writes',
            state: 'blocks',
            found: 'The last write was seen 2.0 s ago; nobody may have written for 1 min.',
            who: ['10.0.0.7:41234 (billing), last command set 0 s ago'],
            command: 'CLIENT PAUSE 600000 WRITE',
          },
          {
            id: 'eviction',
            state: 'mind',
            found: 'noeviction on the source, allkeys-lru on the target.',
            who: [],
          },
        ],
      }),
    ),
  'rehearsal-done': () => {
    const [last, ...before] = [1, 25, 49].map((hours) => told(hours * HOUR_MS));
    return page(
      { ...noRehearsal(ID), status: 'ended', choice: DEFAULT_CHOICES.copy, run: last!, keepable: true },
      [last!, ...before],
    );
  },
};
