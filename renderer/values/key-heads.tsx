import type { ReactElement } from 'react';
import { formatBytes, formatCount, formatDuration } from '../../shared/format/numbers.ts';
import type { KeyHead, KeyReading } from '../../shared/model/key-reading.ts';
import classes from './values.module.css';

const expiry = ({ type, ttlMs }: KeyHead): string =>
  type === 'none' ? '–' : ttlMs === null ? 'never' : `in ${formatDuration(ttlMs)}`;

const length = ({ type, length: count }: KeyHead): string =>
  count === null ? '–' : type === 'string' ? formatBytes(count) : formatCount(count);

/** What either side says of the key itself; what differs is marked, but for what is no part of the data. */
export function KeyHeads({ reading }: { readonly reading: KeyReading }): ReactElement {
  const { source, target, sameExpiry } = reading;
  const type = (head: KeyHead): string => (head.type === 'none' ? 'not there' : head.type);
  const facts: readonly (readonly [string, (head: KeyHead) => string, boolean])[] = [
    ['Type', type, source.type !== target.type],
    ['Expires', expiry, !sameExpiry],
    ['Length', length, source.length !== target.length],
    ['Memory, about', ({ bytes }) => (bytes === null ? '–' : formatBytes(bytes)), false],
    ['Encoding', ({ encoding }) => encoding ?? '–', false],
  ];
  return (
    <table className={classes.heads}>
      <thead>
        <tr>
          <th scope="col">
            <span className={classes.unseen}>What</span>
          </th>
          <th scope="col">Source, {source.server}</th>
          <th scope="col">Target, {target.server}</th>
        </tr>
      </thead>
      <tbody>
        {facts.map(([what, of, differs]) => (
          <tr key={what} data-differs={differs}>
            <th scope="row">
              {differs && <span aria-hidden>≠ </span>}
              {what}
              {differs && <span className={classes.unseen}> differs</span>}
            </th>
            <td>{of(source)}</td>
            <td>{of(target)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
