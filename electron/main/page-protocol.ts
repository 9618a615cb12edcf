import { protocol } from 'electron';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { contentSecurityPolicy, contentTypeOf, FILE_HEADERS, withNonce } from '../../shared/page-policy.ts';

const SCHEME = 'app';
const HOST = 'lockstep';
const NONCE_BYTES = 18;

export const PAGE_ORIGIN = `${SCHEME}://${HOST}`;
export const PAGE_URL = `${PAGE_ORIGIN}/index.html`;

/** Has to run before the application is ready: Electron refuses later. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true } }]);
}

/** Serves the files of `folder`, and nothing else, as the origin of the window. */
export function servePage(folder: string): void {
  protocol.handle(SCHEME, async (request) => {
    const file = fileOf(request.url, folder);
    const contentType = file && contentTypeOf(file);
    const content = contentType && (await readFile(file).catch(() => undefined));
    if (!content) return notFound();
    const headers = { ...FILE_HEADERS, 'Content-Type': contentType };
    if (!contentType.startsWith('text/html')) return new Response(new Uint8Array(content), { headers });
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    return new Response(withNonce(content.toString('utf8'), nonce), {
      headers: {
        ...headers,
        'Content-Security-Policy': contentSecurityPolicy(nonce),
        'Cache-Control': 'no-store',
      },
    });
  });
}

/** undefined for an address of anything but a file in the folder. */
function fileOf(url: string, folder: string): string | undefined {
  const { host, pathname } = new URL(url);
  try {
    const file = path.join(folder, decodeURIComponent(pathname));
    return host === HOST && file.startsWith(folder + path.sep) ? file : undefined;
  } catch {
    // A % that begins no character.
    return undefined;
  }
}

const notFound = (): Response => new Response(null, { status: 404 });
