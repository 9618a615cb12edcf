import { Button } from '@mantine/core';
import { Grid3x3 } from 'lucide-react';
import { useId, useState, type ReactElement, type ReactNode } from 'react';

interface UnfoldedMapProps {
  /** What the button says while nothing is shown. */
  readonly show: string;
  readonly className?: string | undefined;
  /** Only made once somebody asks for it. */
  readonly children: () => ReactNode;
}

/** A map of slots, once somebody asks for it. */
export function UnfoldedMap({ show, className, children }: UnfoldedMapProps): ReactElement {
  const [open, setOpen] = useState(false);
  const content = useId();
  return (
    <div className={className}>
      <Button
        leftSection={<Grid3x3 size={14} aria-hidden />}
        aria-expanded={open}
        {...(open && { 'aria-controls': content })}
        onClick={() => setOpen(!open)}
      >
        {open ? 'Hide the slot map' : show}
      </Button>
      {open && <div id={content}>{children()}</div>}
    </div>
  );
}
