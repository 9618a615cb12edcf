import { set, type FieldErrors, type Resolver } from 'react-hook-form';
import { emptyDraft, emptyEndpoint, type Draft } from '../../shared/model/profile.ts';
import { SERVER_ENDPOINT, type ServerView } from '../../shared/servers/saved-server.ts';
import { serverProblems } from '../../shared/servers/server-problems.ts';

/** Where the one server stands in the form that the fields of a set-up know. */
export const SERVER_PATH = 'targets.0';

/** A saved server, or a new one, as that form. */
export const draftOf = (server: ServerView | undefined): Draft => ({
  ...emptyDraft('server', 0),
  name: server?.name ?? '',
  targets: [server?.endpoint ?? emptyEndpoint(SERVER_ENDPOINT)],
});

/** `targets.0.host` for `endpoint.host`. */
const fieldOf = (path: string): string => path.replace(/^endpoint\b/, SERVER_PATH);

/** Shows what does not fit at its field. `taken`: the names of the others. */
export const serverResolver =
  (taken: readonly string[]): Resolver<Draft> =>
  (values) => {
    const errors: FieldErrors<Draft> = {};
    const form = { name: values.name, group: '', endpoint: values.targets[0]! };
    for (const { path, message } of serverProblems(form, taken))
      set(errors, fieldOf(path), { type: 'server', message });
    return Object.keys(errors).length === 0 ? { values, errors: {} } : { values: {}, errors };
  };
