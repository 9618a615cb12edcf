import type { Session } from 'electron';
import { PAGE_ORIGIN } from './page-protocol.ts';

/** The commands that mend a check are copied by a button. */
const CLIPBOARD_WRITE = 'clipboard-sanitized-write';

/** The page may write text to the clipboard, and nothing else. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(permission === CLIPBOARD_WRITE && contents.getURL().startsWith(`${PAGE_ORIGIN}/`)),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, origin) =>
      permission === CLIPBOARD_WRITE && origin.replace(/\/$/, '') === PAGE_ORIGIN,
  );
}
