import type { EndpointForm } from '../../shared/model/profile.ts';
import { SECRETS } from '../../shared/model/server-secrets.ts';
import { addressFields, type EndpointPath } from '../setup/draft/draft-form.ts';
import { useSetup } from '../setup/draft/use-setup.ts';
import { useAction } from '../state/client.tsx';

/** Puts a saved server, by its id, into one side of a set-up; its secrets go there without passing the page. */
export function useTakeServer(path: EndpointPath, draftId: string): (id: string) => Promise<void> {
  const { form, session, test } = useSetup();
  const { run } = useAction('server.take');
  return async (id) => {
    const endpointId = form.getValues(path).id;
    for (const secret of SECRETS) session.drop(endpointId, secret);
    // What was entered elsewhere in the set-up is not to be written over by what the application knows of it.
    await session.flush().catch(() => undefined);
    const draft = await run({ id, draftId, endpointId });
    const taken = [draft?.source, ...(draft?.targets ?? [])].find((one) => one?.id === endpointId);
    if (!taken) return;
    for (const [field, value] of Object.entries(taken) as [keyof EndpointForm, never][])
      form.setValue(`${path}.${field}`, value, { shouldDirty: true, shouldTouch: true });
    // It has other secrets now, so an earlier test says nothing.
    for (const secret of SECRETS) session.drop(endpointId, secret);
    if (await form.trigger(addressFields(path, taken))) await test(path);
  };
}
