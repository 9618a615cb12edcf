import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A private authority and a certificate of it for localhost and 127.0.0.1, made by openssl in a folder. */
export interface TlsAuthority {
  /** File of the authority's own certificate, for NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
  /** The same as a PEM text. */
  readonly ca: string;
  /** A client's certificate of the authority, and its key, as PEM texts. */
  readonly client: { readonly certificate: string; readonly key: string };
  /** Arguments that make redis-server speak TLS on this port, beside its plain one. */
  serverArgs(port: number, clients?: 'no' | 'yes'): string[];
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export function makeTlsAuthority(dir: string, authority = 'Test authority'): TlsAuthority {
  const openssl = (...args: string[]): void =>
    void execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  const days = ['-days', '2'];
  openssl(
    'req',
    '-x509',
    ...NEW_KEY,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    ...days,
    '-subj',
    `/CN=${authority}`,
  );
  openssl('req', ...NEW_KEY, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
  writeFileSync(path.join(dir, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names'];
  openssl('x509', '-req', '-in', 'server.csr', '-out', 'server.crt', ...signing, ...days);
  openssl('req', ...NEW_KEY, '-keyout', 'client.key', '-out', 'client.csr', '-subj', '/CN=A client');
  openssl('x509', '-req', '-in', 'client.csr', '-out', 'client.crt', ...signing.slice(0, 5), ...days);
  const file = (name: string): string => path.join(dir, name);
  const read = (name: string): string => readFileSync(file(name), 'utf8');
  return {
    caFile: file('ca.crt'),
    ca: read('ca.crt'),
    client: { certificate: read('client.crt'), key: read('client.key') },
    serverArgs: (port, clients = 'no') => [
      ...['--tls-port', String(port), '--tls-auth-clients', clients],
      ...['--tls-cert-file', file('server.crt'), '--tls-key-file', file('server.key')],
      ...['--tls-ca-cert-file', file('ca.crt')],
    ],
  };
}
