import { useState, type ClipboardEvent } from 'react';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import {
  isUrl,
  isWholeAddress,
  parseAddress,
  parseCredentials,
  type PastedAddress,
} from '../../../shared/model/parse-credentials.ts';
import { sentinelText } from '../../../shared/model/server-address.ts';
import { sideOf, useSetup } from '../draft/use-setup.ts';
import { DEFAULT_PORT } from '../../../shared/model/profile.ts';
import { addressFields, type EndpointPath } from '../draft/draft-form.ts';
import { describeTakeOver } from './take-over.ts';

/** What was made of something that was pasted. */
export interface PasteNote {
  readonly at: 'address' | 'password';
  readonly kind: 'taken' | 'refused';
  readonly text: string;
  /** Set while a pasted `user:password` can still be taken for a password as a whole. */
  readonly wholeAsPassword?: () => void;
}

export interface Pasting {
  readonly note: PasteNote | null;
  readonly clearNote: () => void;
  readonly pasteIntoHost: (event: ClipboardEvent) => void;
  readonly pasteIntoSentinels: (event: ClipboardEvent) => void;
  readonly pasteIntoPassword: (event: ClipboardEvent) => void;
  /** An address that was typed whole is taken apart when the field is left. */
  readonly leaveHost: () => void;
  readonly leaveSentinels: () => void;
  /** The password is stored now: the pasted text is forgotten. */
  readonly settle: () => void;
}

const OPTIONS = { shouldDirty: true, shouldTouch: true } as const;

const portAfter = (pasted: number | undefined, before: number | null): number | null =>
  pasted ?? (before === 0 ? DEFAULT_PORT : before);

/** Takes apart what is pasted into the fields of an endpoint. */
export function usePasting(path: EndpointPath): Pasting {
  const { form, session, alone } = useSetup();
  const [note, setNote] = useState<PasteNote | null>(null);
  const { id } = form.getValues(path);

  const setPlace = ({ host, port, tls, sentinel }: PastedAddress): void => {
    const other = form.getValues(`${path}.kind`) !== (sentinel ? 'sentinels' : 'server');
    form.setValue(`${path}.kind`, sentinel ? 'sentinels' : 'server', OPTIONS);
    if (sentinel) {
      form.setValue(`${path}.sentinels`, sentinelText(sentinel.nodes), OPTIONS);
      form.setValue(`${path}.primaryName`, sentinel.name, OPTIONS);
      if (tls !== undefined) form.setValue(`${path}.sentinelTls`, tls, OPTIONS);
    } else {
      form.setValue(`${path}.host`, host, OPTIONS);
      form.setValue(`${path}.port`, portAfter(port, form.getValues(`${path}.port`)), OPTIONS);
    }
    // The field that had the focus may be gone: then the keyboard goes on in the one that has come in its place.
    if (other)
      setTimeout(() => {
        if (document.activeElement === document.body)
          form.setFocus(addressFields(path, form.getValues(path))[0]!);
      });
  };

  const takeAddress = (text: string, at: PasteNote['at']): void => {
    try {
      const address = parseAddress(text);
      if (!address) return;
      setPlace(address);
      if (address.user !== undefined) form.setValue(`${path}.user`, address.user, OPTIONS);
      if (address.tls !== undefined) form.setValue(`${path}.tls`, address.tls, OPTIONS);
      if (address.password !== undefined) session.hold(id, { password: address.password });
      if (path === 'source' && address.db !== undefined) form.setValue('databases', [address.db], OPTIONS);
      setNote({ at, kind: 'taken', text: describeTakeOver(address, alone ? 'server' : sideOf(path)) });
      void form.trigger(addressFields(path, form.getValues(path)));
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
      takeAddress(text, 'address');
    },
    pasteIntoSentinels(event) {
      const text = event.clipboardData.getData('text');
      if (!isUrl(text)) return;
      event.preventDefault();
      takeAddress(text, 'address');
    },
    pasteIntoPassword(event) {
      const text = event.clipboardData.getData('text');
      if (/^\s*(redis|valkey)s?([-+]sentinel)?:\/\//i.test(text)) takeAddress(text, 'password');
      else if (!takeCredentials(text)) return;
      event.preventDefault();
    },
    leaveHost() {
      const host = form.getValues(`${path}.host`);
      if (isWholeAddress(host)) takeAddress(host, 'address');
    },
    leaveSentinels() {
      const sentinels = form.getValues(`${path}.sentinels`);
      if (isUrl(sentinels)) takeAddress(sentinels, 'address');
    },
    settle: () => setNote((shown) => shown && { at: shown.at, kind: shown.kind, text: shown.text }),
  };
}
