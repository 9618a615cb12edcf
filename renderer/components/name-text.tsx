import type { ClipboardEvent, ReactElement } from 'react';
import { cutMiddle } from './cut-middle.ts';

/** Fits into one or two lines of a table. */
const MOST_CHARACTERS = 72;

/** The name of a key or a prefix: a long one is cut in its middle, and stands whole in its title, and in what is copied of it. */
export function NameText({ name }: { readonly name: string }): ReactElement {
  const shown = cutMiddle(name, MOST_CHARACTERS);
  if (shown === name) return <>{name}</>;
  const copy = (event: ClipboardEvent): void => {
    // Of a part that is chosen, that part.
    if (window.getSelection()?.toString().trim() !== shown) return;
    event.preventDefault();
    event.clipboardData.setData('text/plain', name);
  };
  return (
    <span title={name} onCopy={copy}>
      {shown}
    </span>
  );
}
