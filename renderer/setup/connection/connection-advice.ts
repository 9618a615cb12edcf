import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import type { EndpointForm } from '../../../shared/model/profile.ts';
import { cliPlaceOf } from './cli-place.ts';
import { faultWords } from '../../../shared/errors/fault-words.ts';

const OF_SENTINELS =
  'Check the user and the password of the Sentinels, which are not those of the servers. Leave both empty for Sentinels without a password.';

/** What to do about a failed connection test, in terms of the fields beside it. */
const BESIDE_THE_FIELDS: Partial<Record<ErrorCode, string>> = {
  URL_INVALID:
    'Enter the host name or address alone, or a whole address such as redis://host:6379 or redis-sentinel://host:26379/name.',
  SOURCE_UNREACHABLE:
    'Check host and port, and that this machine may reach them through every firewall between.',
  TARGET_UNREACHABLE:
    'Check host and port, and that this machine may reach them through every firewall between.',
  SOURCE_AUTH: 'Check user and password. Leave the user empty for a server that knows a password only.',
  TARGET_AUTH: 'Check user and password. Leave the user empty for a server that knows a password only.',
  SOURCE_SENTINEL_AUTH: OF_SENTINELS,
  TARGET_SENTINEL_AUTH: OF_SENTINELS,
  SOURCE_TLS:
    'Check that TLS is on exactly if this port expects it. For a private authority add its CA certificate; for an address that is not in the certificate enter the server name.',
  TARGET_TLS:
    'Check that TLS is on exactly if this port expects it. For a private authority add its CA certificate; for an address that is not in the certificate enter the server name.',
};

/** `endpoint` is the server that was tested, for the commands of the remedy. */
export function connectionAdvice(code: ErrorCode, endpoint: EndpointForm): string {
  const place = cliPlaceOf(endpoint);
  return BESIDE_THE_FIELDS[code] ?? faultWords(code, { source: place, target: place }).remedy;
}
