import { useState, type ClipboardEvent } from 'react';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { isWholeAddress, parseAddress, parseCredentials } from '../../../shared/model/parse-credentials.ts';
import { sideOf, useSetup } from '../draft/use-setup.ts';
import type { EndpointPath } from '../draft/draft-form.ts';
import { describeTakeOver } from './take-over.ts';

/** What was made of something that was pasted. */
export interface PasteNote {
  readonly at: 'host' | 'password';
  readonly kind: 'taken' | 'refused';
  readonly text: string;
  /** Set while a pasted `user:password` can still be taken for a password as a whole. */
  readonly wholeAsPassword?: () => void;
}

export interface Pasting {
  readonly note: PasteNote | null;
  readonly clearNote: () => void;
  readonly pasteIntoHost: (event: ClipboardEvent) => void;
  readonly pasteIntoPassword: (event: ClipboardEvent) => void;
  /** An address that was typed whole is taken apart when the field is left. */
  readonly leaveHost: () => void;
  /** The password is stored now: the pasted text is forgotten. */
  readonly settle: () => void;
}

/** Takes apart what is pasted into the fields of an endpoint. */
export function usePasting(path: EndpointPath): Pasting {
  const { form, session } = useSetup();
  const [note, setNote] = useState<PasteNote | null>(null);
  const { id } = form.getValues(path);

  const takeAddress = (text: string, at: PasteNote['at']): void => {
    try {
      const address = parseAddress(text);
      if (!address) return;
      const options = { shouldDirty: true, shouldTouch: true } as const;
      form.setValue(`${path}.host`, address.host, options);
      if (address.port !== undefined) form.setValue(`${path}.port`, address.port, options);
      if (address.user !== undefined) form.setValue(`${path}.user`, address.user, options);
      if (address.tls !== undefined) form.setValue(`${path}.tls`, address.tls, options);
      if (address.password !== undefined) session.hold(id, { password: address.password });
      if (path === 'source' && address.db !== undefined) form.setValue('databases', [address.db], options);
      setNote({ at, kind: 'taken', text: describeTakeOver(address, sideOf(path)) });
      void form.trigger([`${path}.host`, `${path}.port`]);
      // Its failure is shown beside the heading.
      void session.flush().catch(() => undefined);
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      setNote({ at, kind: 'refused', text: `The address was not taken over: ${error.message}.` });
    }
  };

  const takeCredentials = (text: string): boolean => {
    const credentials = parseCredentials(text, form.getValues(`${path}.user`));
    if (!credentials) return false;
    const before = form.getValues(`${path}.user`);
    form.setValue(`${path}.user`, credentials.user, { shouldDirty: true, shouldTouch: true });
    session.hold(id, { password: credentials.password });
    const wholeAsPassword = (): void => {
      form.setValue(`${path}.user`, before, { shouldDirty: true });
      session.hold(id, { password: text.trim() });
      setNote({ at: 'password', kind: 'taken', text: 'All that was pasted is taken as the password.' });
      // The button is gone; leaving the field stores the password.
      document.getElementsByName(`${path}.password`)[0]?.focus();
    };
    setNote({
      at: 'password',
      kind: 'taken',
      text: `Taken over from what was pasted: user ${credentials.user}, password.`,
      wholeAsPassword,
    });
    return true;
  };

  return {
    note,
    clearNote: () => setNote(null),
    pasteIntoHost(event) {
      const text = event.clipboardData.getData('text');
      if (!isWholeAddress(text)) return;
      event.preventDefault();
      takeAddress(text, 'host');
    },
    pasteIntoPassword(event) {
      const text = event.clipboardData.getData('text');
      if (/^\s*rediss?:\/\//i.test(text)) takeAddress(text, 'password');
      else if (!takeCredentials(text)) return;
      event.preventDefault();
    },
    leaveHost() {
      const host = form.getValues(`${path}.host`);
      if (isWholeAddress(host)) takeAddress(host, 'host');
    },
    settle: () => setNote((shown) => shown && { at: shown.at, kind: shown.kind, text: shown.text }),
  };
}
