import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type ReactElement, type ReactNode } from 'react';
import classes from './virtual-rows.module.css';

export interface VirtualRowsProps {
  readonly label: string;
  readonly count: number;
  /** The height that a row mostly has; each is measured when it comes into view. */
  readonly rowHeightPx: number;
  /** Stays the row's own when others come or go. */
  readonly rowKey: (index: number) => string | number;
  readonly children: (index: number) => ReactNode;
  /** Stands above the rows while they scroll. */
  readonly head?: ReactNode;
}

/** Many rows, of which only those in view are in the page. It scrolls by itself once it has grown to its height. */
export function VirtualRows(props: VirtualRowsProps): ReactElement {
  const { label, count, rowHeightPx, rowKey, children, head } = props;
  const scrolled = useRef<HTMLDivElement>(null);
  // No compiler of React is used here that could keep what these functions gave.
  // oxlint-disable-next-line react/incompatible-library
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scrolled.current,
    estimateSize: () => rowHeightPx,
    getItemKey: rowKey,
    overscan: 8,
  });
  return (
    // It scrolls, so the keyboard has to reach it.
    <div ref={scrolled} className={classes.scrolled} tabIndex={0} role="group" aria-label={label}>
      <div role="table" aria-label={label} aria-rowcount={count + (head === undefined ? 0 : 1)}>
        {head !== undefined && (
          <div role="rowgroup" className={classes.head}>
            {head}
          </div>
        )}
        <div role="rowgroup" className={classes.rows} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ key, index, start }) => (
            <div
              key={key}
              ref={rows.measureElement}
              role="row"
              data-index={index}
              aria-rowindex={index + (head === undefined ? 1 : 2)}
              className={classes.row}
              style={{ transform: `translateY(${start}px)` }}
            >
              {children(index)}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
