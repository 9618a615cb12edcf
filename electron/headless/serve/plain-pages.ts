import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { PAGE_KEY_NAME } from '../../../shared/contract/page-key.ts';
import { FILE_HEADERS } from '../../../shared/page-policy.ts';

const NONCE_BYTES = 18;

/** For a document of this load alone. */
export const freshNonce = (): string => randomBytes(NONCE_BYTES).toString('base64');

/** Pages that are no part of the application: a title and a sentence, and no more rights than they need. */
export function sayPlainly(response: ServerResponse, status: number, title: string, text: string): void {
  send(response, status, [], page(title, `<p>${text}</p>`));
}

/**
 * What a link shows. The link is used by the form, which the page sends by itself when somebody looks at it: whoever only
 * fetches the address, such as a preview of a messenger or a browser that reads ahead, does not use it up.
 */
export function offerEntry(response: ServerResponse): void {
  const nonce = freshNonce();
  const script = `const enter = () => document.forms[0].submit();
if (document.prerendering) document.addEventListener('prerenderingchange', enter, { once: true });
else enter();`;
  // Without any referrer a form's request would not tell its origin either, which the host asks for.
  response.setHeader('Referrer-Policy', 'same-origin');
  const form = '<form method="post"><button>Open the page</button></form>';
  send(
    response,
    200,
    [`script-src 'nonce-${nonce}'`, "form-action 'self'"],
    page('Lockstep', `${form}<script nonce="${nonce}">${script}</script>`),
  );
}

/** Hands the page its key, and leads on to it. The key is base64url, so it can stand in a script. */
export function handOverKey(response: ServerResponse, key: string): void {
  const nonce = freshNonce();
  const script = `sessionStorage.setItem('${PAGE_KEY_NAME}', '${key}'); location.replace('/');`;
  send(
    response,
    200,
    [`script-src 'nonce-${nonce}'`],
    page('Lockstep', `<p>The page opens at once.</p><script nonce="${nonce}">${script}</script>`),
  );
}

function send(response: ServerResponse, status: number, rights: readonly string[], body: string): void {
  const policy = ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", ...rights];
  if (!rights.some((right) => right.startsWith('form-action'))) policy.push("form-action 'none'");
  response.writeHead(status, {
    ...FILE_HEADERS,
    'Referrer-Policy': response.getHeader('Referrer-Policy') ?? FILE_HEADERS['Referrer-Policy'],
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy.join('; '),
    'Cache-Control': 'no-store',
    // Whoever was not let in does not keep the connection.
    Connection: 'close',
  });
  response.end(body);
}

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}</html>\n`;
