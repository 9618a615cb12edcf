import type { ReactElement } from 'react';
import type { Mend } from '../../shared/model/precheck.ts';
import { CopyBlock } from '../components/copy-button.tsx';
import classes from './precheck.module.css';

const PLACES: Readonly<Record<Mend['where'], string>> = {
  source: 'On the source',
  target: 'On the target',
  here: 'Here',
};

/** What can be done about it, and where; several are different ways. */
export const MendList = ({ mends }: { readonly mends: readonly Mend[] }): ReactElement => (
  <div>
    <b>{mends.length === 1 ? 'What to do:' : 'What to do, one or more of these:'}</b>
    <ul className={classes.mends}>
      {mends.map(({ where, text, command }) => (
        <li key={`${where} ${text}`}>
          <span>
            <b>{PLACES[where]}:</b> {text}
          </span>
          {command !== undefined && <CopyBlock text={command} />}
        </li>
      ))}
    </ul>
  </div>
);
