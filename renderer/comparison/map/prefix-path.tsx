import { ChevronRight } from 'lucide-react';
import type { ReactElement } from 'react';
import { NameText } from '../../components/name-text.tsx';
import { pathTo, type PrefixNode } from './prefix-nodes.ts';
import classes from './drift-map.module.css';

/** Where one is in the prefixes; each step leads back to it. */
export const PrefixPath = ({
  node,
  onGo,
}: {
  readonly node: PrefixNode;
  readonly onGo: (node: PrefixNode) => void;
}): ReactElement => (
  <nav aria-label="Prefix">
    <ol className={classes.path}>
      {pathTo(node).map((step, i) => (
        <li key={step.id}>
          {i > 0 && <ChevronRight size={12} aria-hidden />}
          {step === node ? (
            <span aria-current="location">
              <NameText name={step.label} />
            </span>
          ) : (
            <button type="button" onClick={() => onGo(step)}>
              <NameText name={step.label} />
            </button>
          )}
        </li>
      ))}
    </ol>
  </nav>
);
