import { z } from 'zod';
import { alertSettingsSchema, alertStateSchema } from '../alerts/alert-settings.ts';
import { comparisonChoiceSchema, MOST_KEYS_PER_SECOND } from '../model/comparison-choice.ts';
import { compareProgressSchema, compareReportSchema } from '../model/comparison.ts';
import { dailyComparisonSchema } from '../model/daily-comparison.ts';
import { activitySchema } from '../model/activity.ts';
import { historyPointSchema, historyWindowSchema } from '../model/history.ts';
import { keyQuestionSchema, keyReadingSchema } from '../model/key-reading.ts';
import { MOST_ASKED_KEYS, namedKeySchema, repairKindSchema, repairStateSchema } from '../model/key-repair.ts';
import { checkIdSchema, checkResultSchema } from '../model/precheck.ts';
import {
  draftPurposeSchema,
  draftSchema,
  endpointViewSchema,
  idSchema,
  ignoredWarningSchema,
  LONGEST_NAME,
  MOST_TARGETS,
  profileSchema,
  secretChangesSchema,
} from '../model/profile.ts';
import { importedSchema } from '../profiles/imported.ts';
import { exportedTaskSchema, MOST_FILE_TASKS } from '../profiles/exported-task.ts';
import { rehearsalChoiceSchema } from '../rehearsal/rehearsal-choice.ts';
import {
  rehearsalQuestionSchema,
  rehearsalStateSchema,
  toldRunSchema,
} from '../rehearsal/rehearsal-state.ts';
import { runSummarySchema } from '../rehearsal/run-summary.ts';
import { keptComparisonSchema } from '../model/kept-comparison.ts';
import { serverSummarySchema } from '../model/server-summary.ts';
import { taskOutlookSchema } from '../model/task-outlook.ts';
import { taskQuestionSchema } from '../model/task-question.ts';
import { taskEventSchema } from '../model/task-event.ts';
import { sandboxKindSchema } from './sandbox-messages.ts';
import { SERVER_REQUESTS } from './server-requests.ts';
import { faultSchema, taskReportSchema, taskViewSchema } from '../model/task-view.ts';

/** Choices that hold for the whole application. */
export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  /** Tasks that ran when the application ended go on by themselves when it starts. */
  resumeOnStart: z.boolean(),
  notifications: z.boolean(),
  /** Of the desktop: while tasks run, closing the window leaves them running, and a tray icon stands for it. */
  keepRunning: z.boolean(),
  /** Of the desktop: the system starts it with the session of its user. */
  startAtLogin: z.boolean(),
  /** Where there is no keychain: passwords are kept in a file that only the user's account can read. */
  keepSecretsInFile: z.boolean(),
});
export type Settings = Readonly<z.infer<typeof settingsSchema>>;

/** Something about the application itself that its user has to know, such as a file that was damaged. */
export const noticeSchema = z.object({
  id: idSchema,
  severity: z.enum(['info', 'warning', 'error']),
  title: z.string(),
  text: z.string(),
});
export type Notice = Readonly<z.infer<typeof noticeSchema>>;

export const appInfoSchema = z.object({
  version: z.string(),
  host: z.enum(['desktop', 'browser']),
  platform: z.string(),
  /** `keychain`: secrets are kept there; `none`: the system offers none, so they are forgotten when the application ends. */
  secrets: z.enum(['keychain', 'none']),
  defaultSpoolDir: z.string(),
  /** Whether redis-server is at hand for sandbox servers. */
  canSandbox: z.boolean(),
  /** Whether reports can be had as PDF. */
  canPrint: z.boolean(),
  notices: z.array(noticeSchema),
  settings: settingsSchema,
});
export type AppInfo = Readonly<z.infer<typeof appInfoSchema>>;

/** The precheck of one target of a draft. */
export const precheckStateSchema = z.object({
  draftId: idSchema,
  targetId: idSchema,
  running: z.boolean(),
  /** Checks under way now. */
  checking: z.array(checkIdSchema),
  results: z.array(checkResultSchema),
  ignored: z.array(ignoredWarningSchema),
  /** Why the run itself broke off. */
  fault: faultSchema.nullable(),
  /** No failure, every warning ignored, every check run on the settings as they stand now. */
  passed: z.boolean(),
});
export type PrecheckState = Readonly<z.infer<typeof precheckStateSchema>>;

/** The last comparison of a task, or of two servers without one. */
export const comparisonStateSchema = z.object({
  /** The task, or the set-up that has the two servers. */
  ownerId: idSchema,
  status: z.enum(['none', 'running', 'done', 'failed', 'cancelled']),
  /** How it was asked for; null where there was none. */
  choice: comparisonChoiceSchema.nullable(),
  /** The servers that it was between, as addresses. */
  between: z.object({ source: z.string(), target: z.string() }).nullable(),
  startedAtMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
  progress: compareProgressSchema.nullable(),
  report: compareReportSchema.nullable(),
  fault: faultSchema.nullable(),
  /** It runs, and waits until somebody lets it go on. */
  paused: z.boolean().optional(),
  /** Read from a file, in which texts of what either side holds are empty: this start of the application has not seen it. */
  restored: z.boolean(),
  /** When keys of its list were compared anew last, by themselves; left out where none were. */
  recheckedAtMs: z.number().optional(),
});
export type ComparisonState = Readonly<z.infer<typeof comparisonStateSchema>>;

const secretsByEndpointSchema = z.record(idSchema, secretChangesSchema);
const task = z.object({ id: idSchema });
/** Names of production servers that somebody has typed; see PRODUCTION_NAME_NEEDED. */
const confirmed = z
  .array(z.string().max(LONGEST_NAME))
  .max(2 * MOST_TARGETS)
  .optional();
const guardedTask = z.object({ id: idSchema, confirmed });
const nothing = z.object({});

/** Where the secrets lie that a form does not hold: those of a draft, of a task, or of a saved server. */
const storedAtSchema = z.object({
  kind: z.enum(['draft', 'task', 'server']),
  id: idSchema,
  endpointId: idSchema,
});

export const taskChangesSchema = z
  .object({
    ...profileSchema.pick({
      name: true,
      label: true,
      onFlush: true,
      functions: true,
      retryForMinutes: true,
      expirySlackSeconds: true,
      importMode: true,
      readFrom: true,
      maxCommandsPerSecond: true,
      maxBytesPerSecond: true,
      spoolMaxBytes: true,
      spoolDir: true,
    }).shape,
    /** Addresses and users can be changed while the task is stopped. */
    source: endpointViewSchema,
    target: endpointViewSchema,
  })
  .partial();
export type TaskChanges = z.infer<typeof taskChangesSchema>;

const request = <P extends z.ZodType, R extends z.ZodType>(
  params: P,
  result: R,
): { params: P; result: R } => ({
  params,
  result,
});

/** Everything that a page may ask of the application. An answer is a result, or a LockstepError as code and fact. */
export const REQUESTS = {
  'app.info': request(nothing, appInfoSchema),
  'app.dismissNotice': request(z.object({ id: idSchema }), nothing),
  'settings.change': request(settingsSchema.partial(), settingsSchema),

  'alerts.state': request(nothing, alertStateSchema),
  /** `webhook`: its address, which goes in and never out; left out it stays, null removes it. @throws REQUEST_INVALID, STORE_UNWRITABLE */
  'alerts.change': request(
    z.object({
      settings: alertSettingsSchema.optional(),
      webhook: z.string().max(2000).nullable().optional(),
    }),
    alertStateSchema,
  ),
  /** Sends a message to the webhook at once; `delivered` says what came of it. */
  'alerts.test': request(nothing, alertStateSchema),

  /** Opens a server and looks at it. @throws *_UNREACHABLE, *_AUTH, *_TLS … */
  'connection.test': request(
    z.object({
      side: z.enum(['source', 'target']),
      endpoint: endpointViewSchema,
      secrets: secretChangesSchema,
      stored: storedAtSchema.optional(),
    }),
    serverSummarySchema,
  ),

  ...SERVER_REQUESTS,

  'draft.list': request(nothing, z.array(draftSchema)),
  /**
   * An empty one, for tasks or for two servers alone; for a rehearsal beside a task, one with its source and its settings, and an empty target; else beside a task, one with its source and its settings, whose targets are to join its group. A task that stands alone
   * begins one, in which it runs from its next start on. @throws NOT_FOUND, TASK_STATE, STORE_UNWRITABLE
   */
  'draft.create': request(
    z.object({
      beside: idSchema.optional(),
      purpose: draftPurposeSchema.optional(),
      /** Of a task, or of a set-up of two servers: the same the other way round, for a synchronisation. */
      wayBackOf: idSchema.optional(),
      /** A task, with both of its servers and its settings. */
      copyOf: idSchema.optional(),
    }),
    draftSchema,
  ),
  /** Stores the draft and the changes of its secrets; answers with the draft as stored. */
  'draft.save': request(z.object({ draft: draftSchema, secrets: secretsByEndpointSchema }), draftSchema),
  'draft.delete': request(z.object({ id: idSchema }), nothing),

  /** Starts the checks of one target, or those named, again. The results come as `precheck` events. */
  'precheck.run': request(
    z.object({ draftId: idSchema, targetId: idSchema, only: z.array(checkIdSchema).optional() }),
    precheckStateSchema,
  ),
  'precheck.state': request(z.object({ draftId: idSchema, targetId: idSchema }), precheckStateSchema),
  'precheck.ignore': request(
    z.object({ draftId: idSchema, targetId: idSchema, check: checkIdSchema, ignored: z.boolean() }),
    precheckStateSchema,
  ),

  /**
   * Makes one task of each target of the draft, starts them, and removes the draft. `shown` is the draft as whoever agreed
   * to it saw it: where another page has changed since what is read, or what may be replaced, nothing is made.
   * @throws PRECHECK_OPEN
   */
  'task.create': request(
    z.object({ draftId: idSchema, start: z.boolean(), shown: draftSchema.optional(), confirmed }),
    z.object({ taskIds: z.array(idSchema) }),
  ),
  'task.list': request(nothing, z.array(taskViewSchema)),
  /** Takes over tasks that were exported, under their ids; none of them starts. @throws STORE_UNWRITABLE */
  'task.import': request(
    z.object({ tasks: z.array(exportedTaskSchema).max(MOST_FILE_TASKS) }),
    importedSchema,
  ),
  /** Starts the task, or goes on from its checkpoint. @throws SECRET_NEEDED */
  'task.start': request(guardedTask, taskViewSchema),
  /** Makes a new full copy, though the task could go on; a run that works for it ends at its checkpoint first. @throws SECRET_NEEDED, TASK_STATE */
  'task.copyAgain': request(guardedTask, taskViewSchema),
  /**
   * Looks at both servers as a start would find them, with these changes where there are any, and changes nothing. @throws SECRET_NEEDED;
   * REQUEST_INVALID of the changes
   */
  'task.outlook': request(
    z.object({
      id: idSchema,
      /** As a start that makes a new full copy. */
      copyAgain: z.boolean().optional(),
      changes: taskChangesSchema.optional(),
      secrets: secretsByEndpointSchema.optional(),
    }),
    taskOutlookSchema,
  ),
  'task.pause': request(task, taskViewSchema),
  /** Ends a pause. */
  'task.resume': request(task, taskViewSchema),
  /** Applies what the source has written so far, makes the expiry on the target exact, and ends. */
  'task.stop': request(task, taskViewSchema),
  /** The question that `question` of its view shows is answered: what it is about is done, or the task ends. */
  'task.answer': request(
    z.object({ id: idSchema, question: taskQuestionSchema, agreed: z.boolean(), confirmed }),
    taskViewSchema,
  ),
  /** Hands the target over, so that every expiry on it is exact; a task that runs is stopped first. @throws SECRET_NEEDED */
  'task.release': request(task, taskViewSchema),
  /** Forgets a stopped task; what stands on the target stays. */
  'task.delete': request(task, nothing),
  'task.edit': request(
    z.object({ id: idSchema, changes: taskChangesSchema, secrets: secretsByEndpointSchema, confirmed }),
    taskViewSchema,
  ),
  /** Takes the task out of its group; a run of it goes on. @throws TASK_STATE */
  'task.leaveGroup': request(task, taskViewSchema),
  /** The user decided not to go on with a task that ran when the application ended. */
  'task.declineResume': request(task, taskViewSchema),
  'task.history': request(
    z.object({
      id: idSchema,
      ...historyWindowSchema.shape,
      /** One database, or all of them together. */
      db: z.number().int().min(0).nullable(),
    }),
    /** `stepMs`: how far its points are apart; see `tierFor`. */
    z.object({ stepMs: z.number().int(), points: z.array(historyPointSchema) }),
  ),
  /** What has become of it; `nowMs` by the clock of the host. */
  'task.activity': request(task, activitySchema.extend({ nowMs: z.number() })),
  /** The newest events before `before`, newest last. */
  'task.events': request(
    z.object({ id: idSchema, before: z.number().int().optional(), limit: z.number().int().min(1).max(5000) }),
    z.array(taskEventSchema),
  ),

  /** Of a task, or of two servers of a set-up; of `values` where no choice is made. @throws NOT_FOUND, SECRET_NEEDED; REQUEST_INVALID */
  'comparison.start': request(
    z.object({ id: idSchema, choice: comparisonChoiceSchema.optional(), confirmed }),
    comparisonStateSchema,
  ),
  'comparison.cancel': request(task, comparisonStateSchema),
  /** The one that runs waits, with its connections open, or goes on. Where none runs nothing happens. */
  'comparison.pause': request(z.object({ id: idSchema, paused: z.boolean() }), comparisonStateSchema),
  /** How many keys a second the one that runs may walk at most from now on; null without limit. */
  'comparison.pace': request(
    z.object({
      id: idSchema,
      maxKeysPerSecond: z.number().int().min(1).max(MOST_KEYS_PER_SECOND).nullable(),
    }),
    comparisonStateSchema,
  ),
  /** Of a task: each day from now on, while the application runs; null ends it. @throws STORE_UNWRITABLE */
  'comparison.daily': request(
    z.object({ id: idSchema, daily: dailyComparisonSchema.nullable(), confirmed }),
    taskViewSchema,
  ),
  /** The one that runs, or the last one, be it of before the application was started. */
  'comparison.state': request(task, comparisonStateSchema),
  /** Those whose results are kept, newest first. */
  'comparison.kept': request(task, z.array(keptComparisonSchema)),
  /**
   * Compares keys anew that were found different, all that are listed where none are named; the list holds them as they are by then. Answers
   * once it is done. @throws TASK_STATE where none were compared, or they are being compared
   */
  'comparison.recheck': request(
    z.object({ id: idSchema, keys: z.array(namedKeySchema).max(MOST_ASKED_KEYS).optional() }),
    comparisonStateSchema,
  ),
  /** One page of a key's two values, of a task or of two servers of a set-up. @throws NOT_FOUND, SECRET_NEEDED, KEY_UNSETTLED … */
  'key.read': request(z.object({ id: idSchema, ...keyQuestionSchema.shape }), keyReadingSchema),
  /**
   * Brings keys of a task that runs to what the source has, all that are listed as different where none are named. What comes of it is told
   * by `repair` events. @throws TASK_STATE
   */
  'task.repair': request(
    z.object({
      id: idSchema,
      kind: repairKindSchema,
      keys: z.array(namedKeySchema).max(MOST_ASKED_KEYS).optional(),
      confirmed,
    }),
    repairStateSchema,
  ),
  'task.repairState': request(task, repairStateSchema),
  /** One of them. @throws NOT_FOUND */
  'comparison.read': request(z.object({ id: idSchema, startedAtMs: z.number() }), comparisonStateSchema),

  /**
   * Of a task, whose run ends first and goes on afterwards, or of two servers of a set-up. What comes of it is told by `rehearsal` events;
   * answers with the one that runs, if one does. @throws NOT_FOUND, SECRET_NEEDED, TASK_STATE; REQUEST_INVALID
   */
  'rehearsal.start': request(
    z.object({ id: idSchema, choice: rehearsalChoiceSchema, confirmed }),
    rehearsalStateSchema,
  ),
  /** What it asks is answered. @throws TASK_STATE where it asks something else by now */
  'rehearsal.answer': request(
    z.object({ id: idSchema, question: rehearsalQuestionSchema, agreed: z.boolean(), confirmed }),
    rehearsalStateSchema,
  ),
  /** Breaks it off; what was measured by then is its report. */
  'rehearsal.cancel': request(task, rehearsalStateSchema),
  /** The one that runs, or the last one, be it of before the application was started. */
  'rehearsal.state': request(task, rehearsalStateSchema),
  /** Those whose reports are kept, newest first. */
  'rehearsal.kept': request(task, z.array(runSummarySchema)),
  /** One of them, by when it began. @throws NOT_FOUND */
  'rehearsal.read': request(z.object({ id: idSchema, atMs: z.number() }), toldRunSchema),
  /** One of them as PDF, in base 64. @throws NOT_FOUND; OUTPUT_UNWRITABLE where this host cannot, or it did not come out */
  'rehearsal.print': request(z.object({ id: idSchema, atMs: z.number() }), z.object({ pdf: z.base64() })),
  /** Makes a task, not started, of what the last one between two servers of a set-up has left on its target. @throws TASK_STATE … */
  'rehearsal.keep': request(task, z.object({ taskId: idSchema })),

  /**
   * Starts servers of our own with data and a writer, and a task between them; answers with the task of those that are there already.
   *
   * @throws SANDBOX_UNAVAILABLE
   */
  'sandbox.start': request(z.object({ kind: sandboxKindSchema }), z.object({ taskId: idSchema })),
} as const;

export type RequestName = keyof typeof REQUESTS;
export type RequestParams<N extends RequestName> = z.input<(typeof REQUESTS)[N]['params']>;
export type RequestResult<N extends RequestName> = z.output<(typeof REQUESTS)[N]['result']>;

/** What the application tells every page by itself. */
export const appEventSchema = z.discriminatedUnion('type', [
  /** With every change but those that a report tells. */
  z.object({ type: z.literal('task'), task: taskViewSchema }),
  /** Once a second while it runs: without what it was set up with, such as certificates of 200 KB. */
  z.object({ type: z.literal('task-report'), report: taskReportSchema }),
  z.object({ type: z.literal('task-removed'), id: idSchema }),
  z.object({ type: z.literal('task-event'), taskId: idSchema, event: taskEventSchema }),
  /** There is more to ask for with `task.activity`. */
  z.object({ type: z.literal('task-activity'), taskId: idSchema }),
  z.object({ type: z.literal('precheck'), state: precheckStateSchema }),
  z.object({ type: z.literal('comparison'), state: comparisonStateSchema }),
  z.object({ type: z.literal('repair'), state: repairStateSchema }),
  z.object({ type: z.literal('rehearsal'), state: rehearsalStateSchema }),
  z.object({ type: z.literal('settings'), settings: settingsSchema }),
  /** The book of servers has changed: it is to be asked for anew. */
  z.object({ type: z.literal('servers') }),
  z.object({ type: z.literal('alerts'), state: alertStateSchema }),
  z.object({ type: z.literal('notices'), notices: z.array(noticeSchema) }),
  /** A menu of the desktop asks for a page. */
  z.object({ type: z.literal('navigate'), to: z.enum(['tasks', 'servers', 'new', 'settings']) }),
  /** A notification was clicked: its task is to be shown. */
  z.object({ type: z.literal('show-task'), taskId: idSchema }),
]);
export type AppEvent = z.infer<typeof appEventSchema>;
