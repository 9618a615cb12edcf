import type { EndpointForm, SecretChanges } from './profile.ts';
import { bySentinels, usesTls } from './server-address.ts';

/** What a server can have that is known to the backend alone. */
export const SECRETS = ['password', 'key', 'sentinelPassword'] as const;
export type Secret = (typeof SECRETS)[number];

/** The field of a server that tells whether there is one. */
export const SECRET_FLAG = {
  password: 'hasPassword',
  key: 'hasKey',
  sentinelPassword: 'hasSentinelPassword',
} as const satisfies Readonly<Record<Secret, keyof EndpointForm>>;

/** Whether any of them is set or removed. */
export const hasChanges = (changes: SecretChanges): boolean =>
  SECRETS.some((secret) => changes[secret] !== undefined);

/** The secrets that a server has, as its form or its entry says. */
export const secretsOf = (form: EndpointForm): Secret[] =>
  SECRETS.filter(
    (secret) =>
      form[SECRET_FLAG[secret]] &&
      (secret !== 'key' || usesTls(form)) &&
      (secret !== 'sentinelPassword' || bySentinels(form)),
  );
