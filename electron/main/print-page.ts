import { BrowserWindow, session, type Session } from 'electron';
import { randomUUID } from 'node:crypto';

/** A page of text that has not come out by then never will. */
const PRINT_WITHIN_MS = 30_000;
const ORIGIN = 'https://report.invalid/';

/** Those that are being printed, by their address. */
const pages = new Map<string, string>();
let apart: Session | undefined;

/** In memory, and no address leads anywhere but to those pages. */
function printSession(): Session {
  if (apart) return apart;
  apart = session.fromPartition('print');
  apart.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  for (const scheme of ['https', 'http'])
    apart.protocol.handle(scheme, ({ url }) => {
      const html = pages.get(url);
      return html === undefined
        ? new Response(null, { status: 404 })
        : new Response(html, { headers: { 'Content-Type': 'text/html; charset=utf-8' } });
    });
  return apart;
}

/**
 * Makes a PDF of a page that needs nothing else, by a window that nobody sees and that runs no scripts.
 * @throws Error where it does not come out in time
 */
export async function printPage(html: string): Promise<Uint8Array> {
  const address = ORIGIN + randomUUID();
  const window = new BrowserWindow({
    show: false,
    webPreferences: { session: printSession(), sandbox: true, contextIsolation: true, javascript: false },
  });
  pages.set(address, html);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('it took too long')), PRINT_WITHIN_MS);
  });
  try {
    const printed = window
      .loadURL(address)
      .then(() => window.webContents.printToPDF({ printBackground: true, pageSize: 'A4' }));
    return await Promise.race([printed, late]);
  } finally {
    clearTimeout(timer);
    pages.delete(address);
    window.destroy();
  }
}
