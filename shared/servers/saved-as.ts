import type { EndpointForm } from '../model/profile.ts';
import { sameAddress } from '../model/server-address.ts';
import type { SavedServer } from './saved-server.ts';

/** The saved server that a form leads to by its address; among several of one address the one with its user. */
export function savedAs<S extends Pick<SavedServer, 'endpoint'>>(
  form: EndpointForm,
  servers: readonly S[],
): S | undefined {
  const there = servers.filter(({ endpoint }) => sameAddress(form, endpoint));
  return there.find(({ endpoint }) => endpoint.user === form.user) ?? there[0];
}
