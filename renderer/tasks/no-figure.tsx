import type { ReactElement } from 'react';
import classes from './task-table.module.css';

/** A cell without a figure. */
export const NoFigure = (): ReactElement => (
  <td className={classes.none}>
    <span aria-label="none">–</span>
  </td>
);
