import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { storedRules } from '../../../shared/model/address-map.ts';
import type { EndpointForm, EndpointView } from '../../../shared/model/profile.ts';
import { secretsOf } from '../../../shared/model/server-secrets.ts';
import { addressOf, bySentinels, sentinelsOf, usesTls } from '../../../shared/model/server-address.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Secrets } from './secrets-document.ts';

type OpenableEndpoint = TaskSpec['source'];

/** True when every secret is known that the server's entry says it has. */
export const hasItsSecrets = (view: EndpointForm, secrets: Secrets): boolean =>
  secretsOf(view).every((secret) => secrets[secret] !== undefined);

/** A server as an engine opens it. @throws LockstepError SECRET_NEEDED when a secret that it has is not known */
export function openableEndpoint(view: EndpointView, secrets: Secrets): OpenableEndpoint {
  if (!hasItsSecrets(view, secrets)) throw new LockstepError('SECRET_NEEDED', `for ${addressOf(view)}`);
  return {
    ...whereItIs(view, secrets),
    user: view.user === '' ? undefined : view.user,
    password: view.hasPassword ? secrets.password : undefined,
    tls: view.tls,
    ...(usesTls(view) ? { tlsOptions: tlsOptionsOf(view, secrets) } : {}),
    db: 0,
    ...(view.addressMap === '' ? {} : { addressMap: storedRules(view.addressMap) }),
  };
}

function whereItIs(
  view: EndpointView,
  secrets: Secrets,
): Pick<OpenableEndpoint, 'host' | 'port' | 'sentinel'> {
  if (!bySentinels(view)) return { host: view.host.trim(), port: view.port };
  return {
    ...{ host: '', port: 0 },
    sentinel: {
      nodes: sentinelsOf(view),
      name: view.primaryName.trim(),
      ...(view.sentinelUser === '' ? {} : { user: view.sentinelUser }),
      ...(view.hasSentinelPassword ? { password: secrets.sentinelPassword } : {}),
      tls: view.sentinelTls,
    },
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
