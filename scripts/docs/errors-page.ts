import { format } from 'prettier';
import { ERROR_CATALOGUE, EXIT, type ErrorCode, type ErrorEntry } from '../../shared/errors/catalogue.ts';
import { textOfAny } from '../../shared/errors/place-words.ts';

type ExitName = keyof typeof EXIT;

/** What each exit status means, in the order of the page; a status without words does not compile. */
const MEANING: Readonly<Record<ExitName, string>> = {
  ok: 'Done: stopped as asked, caught up, copied, or both sides equal.',
  different: '`compare` found differences, or `demo` did not end equal.',
  usage: 'What was entered is wrong, or both addresses are one server.',
  source: 'The source: unreachable, refuses, or cannot be followed.',
  target: 'The target: unreachable, refuses, or is not fit to be written to.',
  local:
    'This machine: the buffer, its disk, or the time for retrying. The scripts use it when a tool is missing.',
  data: 'Something in the data cannot be carried, or needs a decision.',
  interrupted: 'Asked to stop before both sides were in step.',
  goals: 'a rehearsal has missed a goal, or something stood in its way',
  internal: 'A fault in Lockstep itself, or its engine was killed.',
};

/** The whole of docs/errors.md, as prettier would leave it. */
export async function errorsPage(prettierConfig: Readonly<Record<string, unknown>>): Promise<string> {
  const parts = [
    '# Errors and exit statuses',
    '<!-- Written by `npm run docs` from shared/errors/catalogue.ts: do not edit by hand. -->',
    'Every failure ends with a code, what happened this time, why, and what to do. The window and the browser show them where they happened and in the events of the task; the command line prints them on standard error, and with `--json` as one object (`"type":"error"`) on standard output. Where an option of the command line stands in brackets, the window has a field for it.',
    'A fault that _may heal_ does not end a task that is under way: it shows as a warning, and the task tries again after 0.2 s, then at growing intervals of at most 5 s, until it heals or the retry duration of the task (`--retry-for`) has passed. Before a task is under way, that is while both servers are opened and looked at, the same fault ends it at once.',
    'When the engine itself dies (`ENGINE_DIED`), the window and the browser start it again, after 1 s and then at growing intervals of at most 30 s, within the same duration. The command line ends, since nobody is left to try again: run the same command.',
    '## Exit statuses',
    `| Status | Meaning |\n| --- | --- |\n${names().map(statusRow).join('\n')}`,
    'A command whose reader has gone (`lockstep sync … | head -3`) ends at its checkpoint without a word, with status 141, as a program does that SIGPIPE ended.',
  ];
  for (const name of names()) {
    const codes = codesOf(EXIT[name]);
    if (codes.length === 0) continue;
    parts.push(`## Status ${EXIT[name]}`, ...codes.map(codeSection));
  }
  return format(parts.join('\n\n'), { ...prettierConfig, parser: 'markdown' });
}

const names = (): ExitName[] => Object.keys(EXIT) as ExitName[];

const codesOf = (exit: number): ErrorCode[] =>
  (Object.keys(ERROR_CATALOGUE) as ErrorCode[]).filter((code) => ERROR_CATALOGUE[code].exit === exit);

function statusRow(name: ExitName): string {
  const status = codesOf(EXIT[name]).length > 0 ? `[${EXIT[name]}](#status-${EXIT[name]})` : EXIT[name];
  return `| ${status} | ${MEANING[name]} |`;
}

function codeSection(code: ErrorCode): string {
  const { title, cause, remedy, heals }: ErrorEntry = ERROR_CATALOGUE[code];
  return [
    `### ${code}`,
    `${escaped(title)}.${heals ? ' _May heal._' : ''}`,
    `- Why: ${escaped(cause)}\n- To do: ${escaped(textOfAny(remedy))}`,
  ].join('\n\n');
}

/** The catalogue is plain text: `<user>`, `~*` and the like are no Markdown. */
const escaped = (text: string): string => text.replace(/[\\`*_~<>[\]#|]/g, '\\$&');
