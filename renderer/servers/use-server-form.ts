import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { viewOf } from '../../shared/model/endpoint-view.ts';
import type { Draft } from '../../shared/model/profile.ts';
import { SERVER_ENDPOINT, type ServerColour, type ServerView } from '../../shared/servers/saved-server.ts';
import { createConnectionTests } from '../setup/connection/connection-tests.ts';
import type { Setup } from '../setup/draft/use-setup.ts';
import { useAction, useClient } from '../state/client.tsx';
import type { RequestFault } from '../state/fault.ts';
import { createEditSession } from '../task/settings/edit-session.ts';
import { draftOf, serverResolver } from './server-draft.ts';

/** What is entered beside the fields of an endpoint. */
export interface Marks {
  readonly group: string;
  readonly colour: ServerColour;
  readonly production: boolean;
}

export interface ServerEdit {
  readonly setup: Setup;
  readonly marks: Marks;
  readonly mark: (changes: Partial<Marks>) => void;
  readonly saving: boolean;
  readonly fault: RequestFault | null;
  /** Resolves true when it is saved; else the fields say why not. */
  readonly save: () => Promise<boolean>;
}

/** The form of a saved server, or of a new one: nothing is stored before it is saved as a whole. */
export function useServerForm(server: ServerView | undefined, others: readonly ServerView[]): ServerEdit {
  const client = useClient();
  const { run, running, error } = useAction('server.save', { quiet: true, refreshes: ['server.list'] });
  const form = useForm<Draft>({
    defaultValues: draftOf(server),
    resolver: serverResolver(others.map(({ name }) => name)),
    mode: 'onSubmit',
    shouldFocusError: true,
  });
  const [session] = useState(createEditSession);
  const held = () => session.store.getState().inHand[SERVER_ENDPOINT] ?? {};
  const [tests] = useState(() =>
    createConnectionTests((side, endpoint) =>
      client.request('connection.test', {
        side,
        endpoint: viewOf(endpoint),
        secrets: held(),
        ...(server && { stored: { kind: 'server', id: server.id, endpointId: SERVER_ENDPOINT } }),
      }),
    ),
  );
  const [marks, setMarks] = useState<Marks>({
    group: server?.group ?? '',
    colour: server?.colour ?? 'none',
    production: server?.production ?? false,
  });

  const take = async ({ name, targets }: Draft): Promise<boolean> => {
    const secrets = held();
    const entry = { ...(server && { id: server.id }), name, ...marks, endpoint: targets[0]! };
    const saved = await run({ server: entry, secrets });
    if (!saved) return false;
    session.abandon();
    // A cluster, or what Sentinels name, is known as production by its nodes only once somebody has looked. What comes of it is in the list.
    void client.request('server.look', { id: saved.id }).catch(() => undefined);
    return true;
  };
  return {
    setup: {
      ...{ form, session, tests, alone: true },
      test: (path) =>
        tests.run(
          'target',
          form.getValues(path),
          session.store.getState().secretRevisions[SERVER_ENDPOINT] ?? 0,
        ),
    },
    marks,
    mark: (changes) => setMarks((before) => ({ ...before, ...changes })),
    saving: running,
    fault: error,
    save: async () => {
      let saved = false;
      await form.handleSubmit(async (values) => {
        saved = await take(values);
      })();
      return saved;
    },
  };
}
