import type { ReactElement } from 'react';
import { FaultAlert } from '../components/fault-alert.tsx';
import type { RequestFault } from '../state/fault.ts';

/** Why the charts hold nothing but what was reported since the page was opened. */
export const HistoryFault = ({ fault }: { readonly fault: RequestFault | null }): ReactElement | null =>
  fault && <FaultAlert fault={fault} compact />;
