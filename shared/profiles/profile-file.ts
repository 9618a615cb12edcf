import { z } from 'zod';
import { RequestError } from '../contract/request-error.ts';
import type { TaskView } from '../model/task-view.ts';
import { exportedTaskSchema, MOST_FILE_TASKS, type ExportedTask } from './exported-task.ts';

/** What begins with it, and is of a version up to this, can be read. */
const FORM = 'lockstep tasks';
const VERSION = 1;

/** Room for every task that an application takes, with certificates; a larger file is none of ours. */
export const MOST_FILE_BYTES = 64 * 1024 * 1024;

/** Why a task of a file was not taken. `here`: one of its id is there already; `full`: there is room for no more. */
export type LeftWhy = 'here' | 'full' | 'unreadable';
export interface LeftTask {
  readonly name: string;
  readonly why: LeftWhy;
  /** What does not fit in it, where it is unreadable. */
  readonly fact?: string | undefined;
}

export interface ReadFile {
  readonly tasks: readonly ExportedTask[];
  readonly left: readonly LeftTask[];
}

/** Tasks as the text of a file. Those of a sandbox, whose servers end with the application, are left out. */
export function profileFileText(tasks: readonly TaskView[], atMs: number): string {
  const exported = tasks
    .filter(({ sandbox }) => !sandbox)
    .map((task) => exportedTaskSchema.parse({ ...task, ...keyless(task) }));
  return `${JSON.stringify({ form: FORM, version: VERSION, exportedAtMs: atMs, tasks: exported }, null, 2)}\n`;
}

/** The tasks of a file, each by itself: one that cannot be read leaves the others. @throws RequestError REQUEST_INVALID */
export function readProfileFile(text: string): ReadFile {
  const file = fileSchema.safeParse(parsed(text));
  if (!file.success) throw refused('it is no file of tasks that Lockstep has exported');
  const { version, tasks } = file.data;
  if (version > VERSION) throw refused(`it is of version ${version}, and this Lockstep reads ${VERSION}`);
  if (tasks.length > MOST_FILE_TASKS) throw refused(`it has more than ${MOST_FILE_TASKS} tasks`);
  const taken: ExportedTask[] = [];
  const left: LeftTask[] = [];
  for (const [i, one] of tasks.entries()) {
    const task = exportedTaskSchema.safeParse(one);
    if (task.success) taken.push(task.data);
    else left.push({ name: nameOf(one, i), why: 'unreadable', fact: whatIsWrong(task.error) });
  }
  return { tasks: taken, left };
}

const fileSchema = z.object({
  form: z.literal(FORM),
  version: z.number().int().min(1),
  tasks: z.array(z.unknown()),
});

/** Whoever has put a private key beside a certificate has not meant to send it away. */
function keyless({ source, target }: TaskView): Pick<TaskView, 'source' | 'target'> {
  const without = (pem: string): string =>
    pem.replaceAll(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----\n?|$)/g, '');
  const bare = <E extends TaskView['source']>(server: E): E => ({
    ...server,
    ca: without(server.ca),
    certificate: without(server.certificate),
  });
  return { source: bare(source), target: bare(target) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw refused('it is no JSON');
  }
}

const namedSchema = z.object({ name: z.string().min(1).max(200) });
const nameOf = (task: unknown, index: number): string => {
  const named = namedSchema.safeParse(task);
  return named.success ? named.data.name : `number ${index + 1} of the file`;
};

/** The first field that does not fit: what stands in it may be anything, and is not repeated. */
function whatIsWrong({ issues }: z.ZodError): string {
  const field = issues[0]?.path.join('.') ?? '';
  return field === '' ? 'it is no task' : `its field ${field} does not fit`;
}

const refused = (fact: string): RequestError =>
  new RequestError('REQUEST_INVALID', `The file cannot be taken: ${fact}`);
