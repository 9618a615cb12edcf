import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * What every TLS connection to a server is opened with, wherever it is opened. Host and port are not in it.
 * @throws LockstepError *_TLS, saying which of the PEM texts cannot be used; it repeats nothing of them
 */
export function tlsConnectOptions(side: 'source' | 'target', endpoint: Endpoint): tls.ConnectionOptions {
  const { host, tlsOptions: options } = endpoint;
  const name = options?.serverName ?? host;
  const unusable = (what: string): LockstepError =>
    new LockstepError(
      side === 'source' ? 'SOURCE_TLS' : 'TARGET_TLS',
      `${describeEndpoint(endpoint)}: ${what}`,
    );
  return {
    // SNI takes names only. Left empty, the certificate is checked against the host.
    servername: net.isIP(name) ? '' : name,
    // The address behind a name of its own is not what the certificate is made for.
    ...(options?.serverName === undefined
      ? {}
      : { checkServerIdentity: (_: string, certificate) => tls.checkServerIdentity(name, certificate) }),
    ...(options?.verify === false ? { rejectUnauthorized: false } : {}),
    ...(options?.ca === undefined ? {} : { ca: authorities(options.ca, unusable) }),
    ...clientCertificate(options?.certificate, options?.key, unusable),
  };
}

type Unusable = (what: string) => LockstepError;

function authorities(pem: string, unusable: Unusable): string[] {
  return certificates(pem, 'the CA certificate', unusable);
}

function clientCertificate(
  certificate: string | undefined,
  key: string | undefined,
  unusable: Unusable,
): { cert: string; key: string } | undefined {
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined) throw unusable('a private key is given, but not the certificate it is for');
  if (key === undefined) throw unusable('a client certificate is given, but not its private key');
  const [own] = certificates(certificate, 'the client certificate', unusable);
  if (!matches(own!, key, unusable))
    throw unusable('the private key does not belong to the client certificate');
  return { cert: certificate, key };
}

/** The certificates of a PEM text one by one: the TLS library silently skips what it cannot read. */
function certificates(pem: string, what: string, unusable: Unusable): string[] {
  const found = pem.match(PEM_CERTIFICATE) ?? [];
  if (found.length === 0)
    throw unusable(`${what} is not in PEM form (-----BEGIN CERTIFICATE----- is missing)`);
  for (const [i, text] of found.entries()) {
    if (!isReadable(text))
      throw unusable(`${what} is damaged (number ${i + 1} of ${found.length} in its text)`);
  }
  return found;
}

function isReadable(certificate: string): boolean {
  try {
    return new X509Certificate(certificate).raw.length > 0;
  } catch {
    return false;
  }
}

function matches(certificate: string, key: string, unusable: Unusable): boolean {
  if (/ENCRYPTED/.test(key.slice(0, 200)))
    throw unusable('the private key is protected by a passphrase; give it without one');
  let spki: Buffer;
  try {
    spki = createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'der' });
  } catch {
    throw unusable('the private key is not in PEM form, or is damaged');
  }
  return new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' }).equals(spki);
}
