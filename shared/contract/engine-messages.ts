import { z } from 'zod';
import { errorCodeSchema } from '../errors/error-code.ts';
import { checkedKeySchema, compareProgressSchema, compareReportSchema } from '../model/comparison.ts';
import { comparisonChoiceSchema } from '../model/comparison-choice.ts';
import { cutoverFactsSchema } from '../model/cutover-facts.ts';
import { databaseMapSchema } from '../model/database-map.ts';
import { feedEndSchema, lossSchema, MOST_FEEDS } from '../model/feed.ts';
import { keyQuestionSchema, keyReadingSchema } from '../model/key-reading.ts';
import { MOST_ASKED_KEYS, namedKeySchema, repairedKeySchema, repairKindSchema } from '../model/key-repair.ts';
import { metricsSchema } from '../model/metrics.ts';
import { pairSampleSchema } from '../model/pair-sample.ts';
import { checkIdSchema, checkResultSchema } from '../model/precheck.ts';
import { releasedSchema } from '../model/released.ts';
import { serverSummarySchema } from '../model/server-summary.ts';
import { targetCleanedSchema, targetTrialSchema } from '../model/target-trial.ts';
import { taskOutlookSchema } from '../model/task-outlook.ts';
import { settingChangeSchema } from '../model/setting-change.ts';
import { taskQuestionSchema } from '../model/task-question.ts';
import { endpointSchema, sentinelAddressSchema, taskSpecSchema } from '../model/task-spec.ts';

export const limitsSchema = z.object({
  /** 0 is without limit. */
  maxCommandsPerSecond: z.number().int().min(0),
  /** 0 is without limit; the engine keeps to at least 64 KB/s. */
  maxBytesPerSecond: z.number().int().min(0),
});
export type Limits = Readonly<z.infer<typeof limitsSchema>>;

/** How a run is to stop. */
export const stopSchema = z.enum(['drain', 'now', 'cut']);
export type Stop = z.infer<typeof stopSchema>;

/** What a run of a task is told. */
const runCommands = [
  z.object({ type: z.literal('start'), spec: taskSpecSchema }),
  /**
   * `drain` applies what the source has written so far, then stops; `now` stops at the last checkpoint; `cut` takes the source for lost:
   * its link is closed, and what has come by then is applied, however long that takes.
   */
  z.object({ type: z.literal('stop'), how: stopSchema }),
  /**
   * Nothing more is sent to the target until `resume` than what has begun; the source's stream goes on into the spool. While a
   * task is paused, `stop` is always as `now`.
   */
  z.object({ type: z.literal('pause') }),
  z.object({ type: z.literal('resume') }),
  /** The task does what this question is about, or ends without. Nothing when that is not what it asks now. */
  z.object({ type: z.literal('answer'), question: taskQuestionSchema, agreed: z.boolean() }),
  /**
   * Keys are to be brought to what the source has, while the stream is applied. Answered by `repaired`, once or more, until each key was
   * told of; by nothing more where the run ends before.
   */
  z.object({
    type: z.literal('repair'),
    /** A number that the host uses once. */
    id: z.number().int(),
    kind: repairKindSchema,
    keys: z.array(namedKeySchema).max(MOST_ASKED_KEYS),
  }),
  /** Holds at once, for copy and stream. */
  z.object({ type: z.literal('limits'), limits: limitsSchema }),
] as const;
export const runCommandSchema = z.discriminatedUnion('type', runCommands);
export type RunCommand = z.infer<typeof runCommandSchema>;

/** Runs of one group that an engine takes at a time. */
export const MOST_MEMBERS = 16;
/** A run within a group's engine: a number that its host uses once. */
export const memberSchema = z.number().int().min(1);

/** A task that no run works for at the moment, and its target. */
const standingTask = { target: endpointSchema, task: z.string().min(1).max(200) };

/** What a host tells an engine over its port. An engine does one job, given by its first command, and ends with it. */
export const engineCommandSchema = z.discriminatedUnion('type', [
  ...runCommands,
  /** The engine runs tasks that have the same source: members, which come and go until `no-more`. */
  z.object({ type: z.literal('group') }),
  /** A member begins with `start`. What is for one that has ended is nothing. */
  z.object({ type: z.literal('member'), member: memberSchema, command: runCommandSchema }),
  /** No member is to come any more: the engine ends with the last one, and at once where there is none. */
  z.object({ type: z.literal('no-more') }),
  /** Looks at one server. Answered by `summary`, or `failed`. */
  z.object({ type: z.literal('inspect'), side: z.enum(['source', 'target']), endpoint: endpointSchema }),
  /** Runs all checks, or those named; answered by one `check` each, then `prechecked`. */
  z.object({ type: z.literal('precheck'), spec: taskSpecSchema, only: z.array(checkIdSchema).optional() }),
  /**
   * Compares two sides, by prefixes and slots as well. Answered by `comparing` now and then, then `compared`, or `failed`; `stop` ends it,
   * `pause`, `resume` and `pace` say how it is to go on.
   */
  z.object({
    type: z.literal('compare'),
    source: endpointSchema,
    target: endpointSchema,
    databases: z.array(z.number().int().min(0)).optional(),
    databaseMap: databaseMapSchema.optional(),
    maxDifferences: z.number().int().min(0),
    choice: comparisonChoiceSchema,
  }),
  /** How many keys a second a comparison may walk from now on; 0 is without limit. */
  z.object({ type: z.literal('pace'), maxKeysPerSecond: z.number().int().min(0) }),
  /** Reads one page of a key's two values. Answered by `key`, or `failed`; `stop` ends it. */
  z.object({
    type: z.literal('read-key'),
    source: endpointSchema,
    target: endpointSchema,
    databases: z.array(z.number().int().min(0)).optional(),
    databaseMap: databaseMapSchema.optional(),
    ...keyQuestionSchema.shape,
  }),
  /** Compares these keys alone. Answered by `checked`, or `failed`; `stop` ends it. */
  z.object({
    type: z.literal('check-keys'),
    source: endpointSchema,
    target: endpointSchema,
    databases: z.array(z.number().int().min(0)).optional(),
    databaseMap: databaseMapSchema.optional(),
    keys: z.array(namedKeySchema).max(MOST_ASKED_KEYS),
  }),
  /** Looks at both servers as a start of the task would find them. Answered by `outlook`, or `failed`. */
  z.object({ type: z.literal('look-ahead'), spec: taskSpecSchema }),
  /** Hands a target over in the place of a run that is gone. Answered by `event` while it is tried again, then `released`, or `failed`. */
  z.object({
    type: z.literal('release'),
    target: endpointSchema,
    /** Left out takes the only one that the target has. */
    task: z.string().min(1).max(200).optional(),
  }),
  /** Reads both servers every half second. Answered by `watched` each time, until `stop`. */
  z.object({ type: z.literal('watch-pair'), source: endpointSchema, target: endpointSchema }),
  /** Reads what a cutover depends on about once a second. Answered by `cutover-seen` each time, until `stop`. */
  z.object({ type: z.literal('watch-cutover'), source: endpointSchema, target: endpointSchema }),
  /** Writes a key of the tool's own to a target that the task has handed over, reads and removes it. Answered by `target-tried`, or `failed`. */
  z.object({ type: z.literal('try-target'), ...standingTask }),
  /** Removes what the task has brought to a target that was empty before. Answered by `target-cleaned`, or `failed`. */
  z.object({ type: z.literal('clean-target'), ...standingTask }),
  /** The next run of the task is to replace all that the target holds. Answered by `copy-begins-anew`, or `failed`. */
  z.object({ type: z.literal('copy-anew'), ...standingTask }),
]);
export type EngineCommand = z.infer<typeof engineCommandSchema>;

export const outcomeSchema = z.object({
  /** `cut-over`: the source has become a replica of the target, so there is nothing left to follow. */
  reason: z.enum(['caught-up', 'full-copy', 'stopped', 'cut-over']),
  /** A later run of the same task goes on from here. */
  resumable: z.boolean(),
  /** Of a source that is a cluster: empty, and the sum of its shards' offsets; each of them stands in `feeds`. */
  replid: z.string(),
  offset: z.number(),
  keysCopied: z.number(),
  commandsApplied: z.number(),
  /** Of a source that is a cluster: of that shard which was copied most often. */
  fullCopies: z.number(),
  /** Keys that the target has evicted since the full copy: above 0 the sides differ. */
  evictedKeys: z.number(),
  /**
   * Of a source whose link was cut: what it had a moment after that, and the target never got. `seconds`: how long before the cut the first of
   * it was written at most; on a link that is well, known to the time that the source takes to answer, else to a second. Left out where the
   * source could not be asked.
   */
  lost: lossSchema.optional(),
  /** Shard by shard; left out where the source is one server. */
  feeds: z.array(feedEndSchema).max(MOST_FEEDS).readonly().optional(),
});
export type Outcome = z.infer<typeof outcomeSchema>;

/** What a run of a task tells, with its last word, `finished` or `failed`. */
const runEvents = [
  z.object({ type: z.literal('metrics'), metrics: metricsSchema }),
  z.object({
    type: z.literal('event'),
    atMs: z.number(),
    severity: z.enum(['info', 'warning']),
    /** Set when the event is a fault that is being retried. */
    code: errorCodeSchema.optional(),
    /** When the attempts end; left out where they do not, and without a fault. */
    giveUpAtMs: z.number().optional(),
    text: z.string(),
  }),
  /** Sentinels have named the server of a side, the first one or another than before. */
  z.object({ type: z.literal('located'), side: z.enum(['source', 'target']), at: sentinelAddressSchema }),
  /** The task, or an earlier run of it, has changed a setting of its target; null: none is changed. */
  z.object({ type: z.literal('changed'), change: settingChangeSchema.nullable() }),
  /** The task waits for an `answer`; null when it does no longer. Only with a spec that says `asks`. */
  z.object({ type: z.literal('question'), question: taskQuestionSchema.nullable() }),
  z.object({
    type: z.literal('repaired'),
    id: z.number().int(),
    keys: z.array(repairedKeySchema).max(MOST_ASKED_KEYS),
    /** How many of them are still to come. */
    left: z.number().int(),
    /** Why the last of these that was not done was not. */
    reason: z.string().optional(),
  }),
  z.object({ type: z.literal('finished'), outcome: outcomeSchema }),
  z.object({
    type: z.literal('failed'),
    code: errorCodeSchema,
    fact: z.string(),
    resumable: z.boolean(),
    /** A run of a task: its target was handed over all the same, so that every expiry there is exact. */
    handedOver: z.boolean().optional(),
  }),
] as const;
const runEventSchema = z.discriminatedUnion('type', runEvents);
export type RunEvent = z.infer<typeof runEventSchema>;

/** What an engine tells its host. */
export const engineEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  ...runEvents,
  z.object({ type: z.literal('member'), member: memberSchema, event: runEventSchema }),
  z.object({ type: z.literal('summary'), summary: serverSummarySchema }),
  /** The check begins. */
  z.object({ type: z.literal('checking'), id: checkIdSchema }),
  z.object({ type: z.literal('check'), result: checkResultSchema }),
  z.object({ type: z.literal('prechecked') }),
  z.object({ type: z.literal('comparing'), progress: compareProgressSchema }),
  z.object({ type: z.literal('compared'), report: compareReportSchema }),
  z.object({ type: z.literal('key'), reading: keyReadingSchema }),
  z.object({ type: z.literal('checked'), keys: z.array(checkedKeySchema).max(MOST_ASKED_KEYS) }),
  z.object({ type: z.literal('outlook'), outlook: taskOutlookSchema }),
  z.object({ type: z.literal('released'), released: releasedSchema }),
  z.object({ type: z.literal('watched'), sample: pairSampleSchema }),
  z.object({ type: z.literal('cutover-seen'), facts: cutoverFactsSchema }),
  z.object({ type: z.literal('watch-ended') }),
  z.object({ type: z.literal('target-tried'), trial: targetTrialSchema }),
  z.object({ type: z.literal('target-cleaned'), cleaned: targetCleanedSchema }),
  z.object({ type: z.literal('copy-begins-anew') }),
]);
export type EngineEvent = z.infer<typeof engineEventSchema>;
