import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { systemReason } from '../../../shared/errors/plain-reason.ts';
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

/** What Node and OpenSSL call faults of a certificate, in words. */
const CERTIFICATE_FAULTS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is a self-signed certificate, and none that is trusted here',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its chain ends in a self-signed certificate of an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is of an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an authority that is not known here',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is made for another name',
};

/** Turns what a socket reports into a coded error; `side` chooses between the codes of source and target. */
export function socketError(side: 'source' | 'target', endpoint: Endpoint, cause: unknown): LockstepError {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  const message = cause instanceof Error ? cause.message : '';
  const name = side === 'source' ? 'SOURCE' : 'TARGET';
  const tls = tlsReason(code, message);
  const fact = (reason: string): string => `${describeEndpoint(endpoint)}: ${reason}`;
  if (tls !== undefined) return new LockstepError(`${name}_TLS`, fact(tls), { cause });
  if (endpoint.tls && /socket disconnected before secure|wrong version number/i.test(message)) {
    const reason = 'the connection was closed in the middle of the TLS handshake';
    return new LockstepError(`${name}_TLS`, fact(reason), { cause });
  }
  const reason = systemReason(cause) ?? 'the connection broke';
  if (UNREACHABLE.has(code)) return new LockstepError(`${name}_UNREACHABLE`, fact(reason), { cause });
  return new LockstepError(`${name}_LINK_LOST`, fact(reason), { cause });
}

/** Of `0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:…/rec_layer_s3.c:918:…` only the reason. */
const OPENSSL_REASON = /error:[0-9A-F]+:SSL routines:[^:]*:([^:]+)/;
const CLIENT_CERTIFICATE_REFUSED = /alert (unknown ca|bad certificate|decrypt error|certificate \w+)$/;

/** What went wrong with TLS; undefined where it is something else. The libraries' own texts are for those who read their sources. */
function tlsReason(code: string, message: string): string | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = /altnames: (.*)$/.exec(message)?.[1];
    return `${CERTIFICATE_FAULTS[code]!}${names === undefined ? '' : ` (${names.slice(0, 200)})`}`;
  }
  if (CERTIFICATE_FAULTS[code] !== undefined) return CERTIFICATE_FAULTS[code];
  if (!/TLS|SSL|CERT|DEPTH_ZERO|UNABLE_TO|SELF_SIGNED/i.test(code)) return undefined;
  const reason = OPENSSL_REASON.exec(message)?.[1]?.trim();
  if (reason === undefined) return 'its certificate cannot be verified';
  if (reason.endsWith('certificate required'))
    return 'the server wants a certificate of the client, and none is given';
  const refused = CLIENT_CERTIFICATE_REFUSED.exec(reason)?.[1];
  if (refused !== undefined) return `the server does not accept the certificate of the client (${refused})`;
  return reason.endsWith('handshake failure')
    ? 'the server refused the TLS handshake; it may want a certificate of the client (handshake failure)'
    : `the TLS handshake failed (${reason})`;
}
