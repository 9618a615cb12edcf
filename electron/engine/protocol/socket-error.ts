import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EACCES',
]);

/** Turns what a socket reports into a coded error; `side` chooses between the codes of source and target. */
export function socketError(side: 'source' | 'target', endpoint: Endpoint, cause: unknown): LockstepError {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  const message = cause instanceof Error && cause.message !== '' ? cause.message : code;
  const fact = `${describeEndpoint(endpoint)}: ${inPlainWords(message)}`;
  const name = side === 'source' ? 'SOURCE' : 'TARGET';
  if (/TLS|SSL|CERT|DEPTH_ZERO|UNABLE_TO|SELF_SIGNED/i.test(code))
    return new LockstepError(`${name}_TLS`, fact, { cause });
  if (endpoint.tls && /socket disconnected before secure|wrong version number/i.test(message)) {
    return new LockstepError(`${name}_TLS`, fact, { cause });
  }
  if (UNREACHABLE.has(code)) return new LockstepError(`${name}_UNREACHABLE`, fact, { cause });
  return new LockstepError(`${name}_LINK_LOST`, fact, { cause });
}

/** Of `0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:…/rec_layer_s3.c:918:…` only the reason. */
const OPENSSL_REASON = /error:[0-9A-F]+:SSL routines:[^:]*:([^:]+)/;
const CLIENT_CERTIFICATE_REFUSED = /alert (unknown ca|bad certificate|decrypt error|certificate \w+)$/;

/** The TLS library's own text of a fault is for those who read its source. */
function inPlainWords(message: string): string {
  const reason = OPENSSL_REASON.exec(message)?.[1]?.trim();
  if (reason === undefined) return message;
  if (reason.endsWith('certificate required'))
    return 'the server wants a certificate of the client, and none is given';
  const refused = CLIENT_CERTIFICATE_REFUSED.exec(reason)?.[1];
  if (refused !== undefined) return `the server does not accept the certificate of the client (${refused})`;
  return reason.endsWith('handshake failure')
    ? 'the server refused the TLS handshake; it may want a certificate of the client (handshake failure)'
    : `the TLS handshake failed (${reason})`;
}
