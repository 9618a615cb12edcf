import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { storedRules } from '../../../shared/model/address-map.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import type { EndpointForm, EndpointView } from '../../../shared/model/profile.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Secrets } from './secrets-document.ts';

type OpenableEndpoint = TaskSpec['source'];

/** True when every secret is known that the server's entry says it has. */
export const hasItsSecrets = (view: EndpointForm, secrets: Secrets): boolean =>
  (!view.hasPassword || secrets.password !== undefined) &&
  (!view.tls || !view.hasKey || secrets.key !== undefined);

/** A server as an engine opens it. @throws LockstepError SECRET_NEEDED when a secret that it has is not known */
export function openableEndpoint(view: EndpointView, secrets: Secrets): OpenableEndpoint {
  if (!hasItsSecrets(view, secrets))
    throw new LockstepError('SECRET_NEEDED', `for ${describeEndpoint(view)}`);
  return {
    host: view.host.trim(),
    port: view.port,
    user: view.user === '' ? undefined : view.user,
    password: view.hasPassword ? secrets.password : undefined,
    tls: view.tls,
    ...(view.tls ? { tlsOptions: tlsOptionsOf(view, secrets) } : {}),
    db: 0,
    ...(view.addressMap === '' ? {} : { addressMap: storedRules(view.addressMap) }),
  };
}

function tlsOptionsOf(view: EndpointView, secrets: Secrets): OpenableEndpoint['tlsOptions'] {
  return {
    ...(view.ca === '' ? {} : { ca: view.ca }),
    ...(view.certificate === '' ? {} : { certificate: view.certificate }),
    ...(view.hasKey && secrets.key !== undefined ? { key: secrets.key } : {}),
    ...(view.serverName === '' ? {} : { serverName: view.serverName }),
    verify: view.verify,
  };
}
