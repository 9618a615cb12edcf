import { net, protocol } from 'electron';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const SCHEME = 'app';
const HOST = 'lockstep';

export const PAGE_URL = `${SCHEME}://${HOST}/index.html`;

const SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Has to run before the application is ready: Electron refuses later. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true } }]);
}

/** Serves the files of `folder`, and nothing else, as the origin of the window. */
export function servePage(folder: string): void {
  protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url);
    const file = path.join(folder, decodeURIComponent(pathname));
    if (host !== HOST || !file.startsWith(folder + path.sep)) return new Response(null, { status: 404 });
    const content = await net.fetch(pathToFileURL(file).href).catch(() => undefined);
    if (!content?.ok) return new Response(null, { status: 404 });
    const headers = new Headers(content.headers);
    headers.set('Content-Security-Policy', SECURITY_POLICY);
    headers.set('X-Content-Type-Options', 'nosniff');
    return new Response(content.body, { headers });
  });
}
