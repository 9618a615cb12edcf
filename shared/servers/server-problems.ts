import type { FieldFault } from '../contract/frames.ts';
import { endpointProblems } from '../model/draft-problems.ts';
import { LONGEST_NAME, type EndpointForm } from '../model/profile.ts';

/** What is filled in of a server that is to be saved. */
export interface ServerForm {
  readonly name: string;
  readonly group: string;
  readonly endpoint: EndpointForm;
}

/** What keeps it from being saved, each with its field; `taken` are the names of the others. */
export function serverProblems(form: ServerForm, taken: readonly string[]): FieldFault[] {
  const problems: FieldFault[] = [];
  const name = form.name.trim();
  if (name === '') problems.push({ path: 'name', message: 'Give the server a name.' });
  else if (name.length > LONGEST_NAME)
    problems.push({ path: 'name', message: `A name has at most ${LONGEST_NAME} characters.` });
  else if (taken.includes(name))
    problems.push({ path: 'name', message: 'Another saved server has this name.' });
  if (form.group.trim().length > LONGEST_NAME)
    problems.push({ path: 'group', message: `A group has at most ${LONGEST_NAME} characters.` });
  return [...problems, ...endpointProblems(form.endpoint, 'server', 'endpoint')];
}
