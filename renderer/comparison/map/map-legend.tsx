import { useId, type ReactElement } from 'react';
import { STEP_WORDS } from './drift-scale.ts';
import { HOW_WORDS } from './node-words.ts';
import { Patterns, patternOf } from './patterns.tsx';
import { DIFFERING } from './prefix-nodes.ts';
import classes from './drift-map.module.css';

/** What colours and strips of the map mean. */
export function MapLegend(): ReactElement {
  const patterns = useId();
  const steps = [-4, -3, -2, -1, 0, 1, 2, 3, 4];
  return (
    <div className={classes.legend}>
      <span className={classes.scale}>
        <span>Target has fewer keys</span>
        <svg width={steps.length * 18} height={14} aria-hidden>
          {steps.map((step, i) => (
            <rect
              key={step}
              x={i * 18}
              y={0}
              width={18}
              height={14}
              className={classes.area}
              data-step={step}
            >
              <title>{step === 0 ? 'as many keys' : STEP_WORDS[Math.abs(step) - 1]}</title>
            </rect>
          ))}
        </svg>
        <span>has more</span>
      </span>
      <ul>
        {DIFFERING.map((how) => (
          <li key={how}>
            <svg width={18} height={12} aria-hidden>
              <Patterns id={`${patterns}${how}`} />
              <rect
                width={18}
                height={12}
                className={classes.strip}
                fill={patternOf(`${patterns}${how}`, how)}
              />
            </svg>
            {HOW_WORDS[how]}
          </li>
        ))}
      </ul>
    </div>
  );
}
