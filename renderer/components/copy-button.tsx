import { ActionIcon, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { Check, Copy } from 'lucide-react';
import type { ReactElement } from 'react';
import classes from './copy-button.module.css';

/** `what` says what is copied: `the command`. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }): ReactElement {
  const { copy, copied } = useClipboard({ timeout: 1500 });
  const label = copied ? 'Copied' : `Copy ${what}`;
  return (
    <Tooltip label={label}>
      <ActionIcon size="sm" aria-label={label} onClick={() => copy(text)}>
        {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}

/** A command, or another text to be taken over exactly, with a button that copies it. */
export function CopyBlock({
  text,
  what = 'the command',
}: {
  readonly text: string;
  readonly what?: string;
}): ReactElement {
  return (
    <div className={classes.block}>
      {/* It scrolls sideways when it is long, so the keyboard has to reach it. */}
      <code tabIndex={0} className={classes.text}>
        {text}
      </code>
      <CopyButton text={text} what={what} />
    </div>
  );
}
