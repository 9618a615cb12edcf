import type { ReactElement, ReactNode } from 'react';
import classes from './settings.module.css';

export interface SettingLineProps {
  readonly label: string;
  /** For a control that is labelled by it. */
  readonly labelId?: string;
  readonly children: ReactNode;
}

export const SettingLine = ({ label, labelId, children }: SettingLineProps): ReactElement => (
  <div className={classes.line}>
    <span id={labelId}>{label}</span>
    {children}
  </div>
);
