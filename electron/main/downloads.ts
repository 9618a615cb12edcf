import { app, type Session } from 'electron';
import path from 'node:path';
import { PAGE_ORIGIN } from './page-protocol.ts';

/** What the page has made itself, an export, is saved where its user says; anything else is not. */
export function allowExports(session: Session): void {
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${PAGE_ORIGIN}/`)) return event.preventDefault();
    item.setSaveDialogOptions({
      defaultPath: path.join(app.getPath('downloads'), path.basename(item.getFilename())),
    });
  });
}
