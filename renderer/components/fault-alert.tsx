import { Alert, Text } from '@mantine/core';
import { CircleX, TriangleAlert } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import { faultWords } from '../../shared/errors/fault-words.ts';
import { type Places } from '../../shared/errors/place-words.ts';
import classes from './notice-box.module.css';
import { sentence } from './sentence.ts';

export interface FaultAlertProps {
  readonly fault: { readonly code: ErrorCode; readonly fact: string };
  /** The servers that it is about, for the commands in its remedy. */
  readonly places?: Places;
  /** Title and fact in one line, the rest on hover: for tables and cards. */
  readonly compact?: boolean;
  /** It is being mended by itself, as far as that goes: told more quietly. */
  readonly retried?: boolean;
  /** Changes the words, where a fault of a side is one of a server by itself. */
  readonly words?: (text: string) => string;
  /** Buttons that help, under the text. */
  readonly children?: ReactNode;
}

/** What went wrong, what was found, why it can be so, and what to do: in the words of the error catalogue. */
export function FaultAlert({
  fault,
  places,
  compact = false,
  retried = false,
  words = (text) => text,
  children,
}: FaultAlertProps): ReactElement {
  const said = faultWords(fault.code, places);
  const [title, cause, remedy] = [words(said.title), words(said.cause), words(said.remedy)];
  if (compact) {
    return (
      <Text role="alert" size="sm" className={classes.compact} title={`${cause} ${remedy}`}>
        <CircleX size={14} aria-hidden />
        <span>
          <b>{title}</b>
          {fault.fact === '' ? '.' : `: ${sentence(fault.fact)}`}
        </span>
      </Text>
    );
  }
  return (
    <Alert
      role="alert"
      className={retried ? classes.warn : classes.bad}
      classNames={PARTS}
      title={title}
      icon={retried ? <TriangleAlert size={18} aria-hidden /> : <CircleX size={18} aria-hidden />}
    >
      {fault.fact !== '' && <p className={classes.fact}>{sentence(fault.fact)}</p>}
      <p>{cause}</p>
      <p>
        <b>What to do:</b> {remedy}
      </p>
      {children}
    </Alert>
  );
}

const PARTS = {
  title: classes.title ?? '',
  message: classes.message ?? '',
  icon: classes.icon ?? '',
};
