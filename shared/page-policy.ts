/** What the page's document is served with, the same by both hosts. */

/** Stands in index.html where the page finds the nonce of this load. */
const PLACEHOLDER = '__CSP_NONCE__';

/**
 * The content security policy of one load of the page. Only style elements with the nonce apply; `sockets` are the
 * addresses that the page may connect to besides its own origin.
 */
export function contentSecurityPolicy(nonce: string, sockets: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "font-src 'self'",
    `connect-src ${["'self'", ...sockets].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Tells the page its nonce: it makes style elements of its own. */
export const withNonce = (html: string, nonce: string): string => html.replaceAll(PLACEHOLDER, nonce);

/** Headers of every answer that carries a file of the page. */
export const FILE_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  json: 'application/json; charset=utf-8',
};

/** undefined for a file that is no part of the page, such as a source map. */
export const contentTypeOf = (file: string): string | undefined =>
  CONTENT_TYPES[file.slice(file.lastIndexOf('.') + 1)];
