import type { ReactElement } from 'react';
import { NoticeBox } from '../../components/notice-box.tsx';
import type { ChoiceNote } from './cluster-choices.ts';

/** Stands where the choice is made; nothing where it holds as it is. */
export const ShownNote = ({ note }: { readonly note: ChoiceNote | null }): ReactElement | null =>
  note && (
    <NoticeBox tone={note.tone} role="status">
      {note.text}
    </NoticeBox>
  );
