import { Table, VisuallyHidden } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import classes from './table-frame.module.css';

/** A column by its head. */
export interface TableHead {
  readonly name: string;
  readonly align?: 'end';
  /** Told to those alone who do not see the table. */
  readonly hidden?: true;
}

export interface TableFrameProps {
  /** What is in it. */
  readonly label: string;
  readonly heads: readonly TableHead[];
  /** About ten rows: what has many must not push the rest of the page away. */
  readonly mostHeightRem: number;
  readonly leastWidthRem: number;
  readonly rowSpacingPx: number;
  readonly className?: string | undefined;
  /** The rows. */
  readonly children: ReactNode;
}

/** A table within a panel, of which many rows and columns scroll below a head that stays. */
export const TableFrame = ({
  label,
  heads,
  mostHeightRem,
  leastWidthRem,
  rowSpacingPx,
  className = '',
  children,
}: TableFrameProps): ReactElement => (
  <div
    className={classes.box}
    style={{ maxHeight: `${mostHeightRem}rem` }}
    tabIndex={0}
    role="group"
    aria-label={label}
  >
    <Table
      verticalSpacing={rowSpacingPx}
      className={`${classes.table} ${className}`}
      miw={`${leastWidthRem}rem`}
      highlightOnHover
      aria-label={label}
    >
      <Table.Thead>
        <Table.Tr>
          {heads.map(({ name, align, hidden }) => (
            <Table.Th key={name} scope="col" {...(align && { ta: align })}>
              {hidden ? <VisuallyHidden>{name}</VisuallyHidden> : name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>{children}</Table.Tbody>
    </Table>
  </div>
);
