import { CircleCheck, CircleX, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { describeWhere, GATES, type GateItem } from '../../shared/rehearsal/gate.ts';
import { CopyButton } from '../components/copy-button.tsx';
import classes from './rehearsal.module.css';

const MARKS: Readonly<Record<GateItem['state'], { readonly word: string; readonly icon: LucideIcon }>> = {
  ready: { word: 'Ready', icon: CircleCheck },
  mind: { word: 'Mind', icon: TriangleAlert },
  blocks: { word: 'Blocks', icon: CircleX },
};

/** The checklist of a move: what is ready, what is to be minded, and what blocks it and who. */
export const GateList = ({ items }: { readonly items: readonly GateItem[] }): ReactElement => (
  <ul className={classes.gate} aria-label="Checklist">
    {items.map(({ id, state, found, who, command, where }) => {
      const { word, icon: Icon } = MARKS[state];
      return (
        <li key={id} data-state={state}>
          <span className={classes.mark}>
            <Icon size={15} aria-hidden />
            {word}
          </span>
          <span className={classes.gateName}>{GATES[id]}</span>
          <div>
            <p>{found}</p>
            {who.length > 0 && (
              <ul>
                {who.map((one) => (
                  <li key={one}>{one}</li>
                ))}
              </ul>
            )}
            {command !== undefined && (
              <p>
                {describeWhere({ where })} <code>{command}</code>{' '}
                <CopyButton text={command} what="the command" />
              </p>
            )}
          </div>
        </li>
      );
    })}
  </ul>
);
