import { createContext, useContext, useEffect, useEffectEvent, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useForm, type UseFormReturn } from 'react-hook-form';
import { useStore } from 'zustand';
import { viewOf } from '../../../shared/model/endpoint-view.ts';
import type { Draft, EndpointForm } from '../../../shared/model/profile.ts';
import { SECRET_FLAG, SECRETS } from '../../../shared/model/server-secrets.ts';
import { useClient } from '../../state/client.tsx';
import {
  createConnectionTests,
  fingerprint,
  type ConnectionTests,
  type EndpointTest,
  type Side,
} from '../connection/connection-tests.ts';
import { draftResolver, shownProblems, type EndpointPath } from './draft-form.ts';
import { createDraftSession, type DraftSession, type SecretsByEndpoint } from './draft-session.ts';

/** All that the steps of a set-up share. */
export interface Setup {
  readonly form: UseFormReturn<Draft>;
  readonly session: DraftSession;
  readonly tests: ConnectionTests;
  /** Stores what was entered, then asks the server. Never rejects. */
  readonly test: (path: EndpointPath) => Promise<void>;
  /** As which it is stored; left out where it is the form of something else. */
  readonly draftId?: string;
  /** It is of one server by itself, neither source nor target. */
  readonly alone?: true;
}

export const SetupContext = createContext<Setup | null>(null);

export function useSetup(): Setup {
  const setup = useContext(SetupContext);
  if (!setup) throw new Error('There is no set-up above this component.');
  return setup;
}

export const endpointPaths = ({ targets }: Pick<Draft, 'targets'>): EndpointPath[] => [
  'source',
  ...targets.map((_, index): EndpointPath => `targets.${index}`),
];

export function useNewSetup(draft: Draft): Setup {
  const client = useClient();
  const queries = useQueryClient();
  const form = useForm<Draft>({
    defaultValues: draft,
    resolver: draftResolver,
    // The fields judge themselves: see useDraftField.
    mode: 'onSubmit',
    shouldFocusError: false,
  });
  const { errors } = form.formState;

  /** Only which secrets are there comes from what was stored: everything else is newer here. */
  const takeStored = (stored: Draft, inHand: SecretsByEndpoint): void => {
    const known = new Map([stored.source, ...stored.targets].map((endpoint) => [endpoint.id, endpoint]));
    for (const path of endpointPaths(form.getValues())) {
      const shown = form.getValues(path);
      const endpoint = known.get(shown.id);
      if (!endpoint) continue;
      const held = inHand[shown.id] ?? {};
      for (const secret of SECRETS) {
        const flag = SECRET_FLAG[secret];
        if (!(secret in held) && endpoint[flag] !== shown[flag])
          form.setValue(`${path}.${flag}`, endpoint[flag]);
      }
    }
    // Whether the precheck holds depends on the settings.
    void queries.invalidateQueries({ queryKey: ['precheck.state'] });
  };

  const [session] = useState(() =>
    createDraftSession(draft, {
      save: (current, secrets) => client.request('draft.save', { draft: current, secrets }),
      onStored: takeStored,
    }),
  );
  const [tests] = useState(() =>
    createConnectionTests(async (side, endpoint) => {
      await session.flush();
      return client.request('connection.test', {
        side,
        endpoint: viewOf(endpoint),
        secrets: {},
        stored: { kind: 'draft', id: draft.id, endpointId: endpoint.id },
      });
    }),
  );

  const test = async (path: EndpointPath): Promise<void> => {
    // The draft tells which secrets are there, and what is tested is what is stored.
    await session.flush().catch(() => undefined);
    const { id } = form.getValues(path);
    await tests.run(sideOf(path), form.getValues(path), session.store.getState().secretRevisions[id] ?? 0);
  };

  const onChange = useEffectEvent((values: Draft): void => {
    session.change(values);
    // One field's problem can go with a change of another, such as two servers that are the same.
    const shown = shownProblems(errors);
    if (shown.length > 0) void form.trigger(shown);
  });
  useEffect(
    () => form.subscribe({ formState: { values: true }, callback: ({ values }) => onChange(values) }),
    [form],
  );
  useEffect(() => {
    const leave = (): void => void session.flush().catch(() => undefined);
    addEventListener('pagehide', leave);
    return () => {
      removeEventListener('pagehide', leave);
      leave();
    };
  }, [session]);

  return { form, session, tests, test, draftId: draft.id };
}

export const sideOf = (path: EndpointPath): Side => (path === 'source' ? 'source' : 'target');

/** The test of an endpoint as it stands now. */
export interface CurrentTest extends EndpointTest {
  /** The settings have changed since. */
  readonly stale: boolean;
}

export function useEndpointTest(endpoint: EndpointForm): CurrentTest {
  const { session, tests } = useSetup();
  const revision = useStore(session.store, ({ secretRevisions }) => secretRevisions[endpoint.id] ?? 0);
  const test = useStore(tests.store, (all) => all[endpoint.id]) ?? NOT_TESTED;
  return { ...test, stale: test.outcome !== null && test.outcome.of !== fingerprint(endpoint, revision) };
}

const NOT_TESTED: EndpointTest = { running: false, outcome: null };
