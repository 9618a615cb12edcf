import type { Places } from '../errors/place-words.ts';
import type { EndpointForm, EndpointView } from '../model/profile.ts';
import { bySentinels, sentinelsOf } from '../model/server-address.ts';
import type { SentinelAddress } from '../model/sentinel-group.ts';
import type { CliPlace } from './redis-cli.ts';

/** Where Sentinels said last that the servers of a task are; null where none were asked yet. */
export interface FoundAt {
  readonly source: SentinelAddress | null;
  readonly target: SentinelAddress | null;
}

/** Where commands about a server are to be run. `found` is where its Sentinels said last that it is. @throws as `sentinelsOf` does */
export function placeOf(
  form: EndpointForm & { readonly port: number },
  found?: SentinelAddress | null,
): CliPlace {
  const { tls, user, hasPassword } = form;
  if (!bySentinels(form)) return { host: form.host.trim(), port: form.port, tls, user, hasPassword };
  return {
    ...{ host: found?.host ?? '', port: found?.port ?? 0, tls, user, hasPassword },
    sentinel: {
      nodes: sentinelsOf(form),
      name: form.primaryName.trim(),
      ...(form.sentinelUser === '' ? {} : { user: form.sentinelUser }),
      hasPassword: form.hasSentinelPassword,
      tls: form.sentinelTls,
    },
  };
}

/** The same for both servers of a task. */
export const placesOf = (task: {
  readonly id: string;
  readonly source: EndpointView;
  readonly target: EndpointView;
  readonly foundAt?: FoundAt;
}): Places => ({
  task: task.id,
  source: placeOf(task.source, task.foundAt?.source),
  target: placeOf(task.target, task.foundAt?.target),
});
