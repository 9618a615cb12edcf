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

/** What a server says in the middle of a TLS handshake arrives as the text of the library's own fault. */
function inPlainWords(message: string): string {
  const alert =
    /alert (certificate required|handshake failure|unknown ca|bad certificate|certificate \w+)/.exec(message);
  if (!alert) return message.trim();
  const reason = alert[1]!;
  if (reason === 'certificate required')
    return 'the server wants a certificate of the client, and none is given';
  if (reason === 'handshake failure')
    return 'the server refused the TLS handshake; it may want a certificate of the client (handshake failure)';
  return `the server does not accept the certificate of the client (${reason})`;
}
