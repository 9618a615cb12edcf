import {
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CircleX,
  Info,
  LoaderCircle,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react';
import type { Tone } from '../../shared/model/tone.ts';
import type { CheckRow, RowStatus } from './precheck-view.ts';

export interface CheckLook {
  readonly word: string;
  readonly tone: Tone;
  readonly icon: LucideIcon;
}

const LOOKS: Readonly<Record<RowStatus, CheckLook>> = {
  pass: { word: 'Passed', tone: 'good', icon: CircleCheck },
  notice: { word: 'Notice', tone: 'work', icon: Info },
  warning: { word: 'Warning', tone: 'warn', icon: TriangleAlert },
  failure: { word: 'Failed', tone: 'bad', icon: CircleX },
  skipped: { word: 'Not checked', tone: 'calm', icon: CircleMinus },
  pending: { word: 'Waiting', tone: 'calm', icon: CircleDashed },
  checking: { word: 'Checking', tone: 'work', icon: LoaderCircle },
  none: { word: 'Not run', tone: 'calm', icon: CircleDashed },
};

/** One word, one icon and one colour for what became of a check. */
export const checkLook = ({ status, ignoredAtMs }: CheckRow): CheckLook =>
  ignoredAtMs === null ? LOOKS[status] : { word: 'Ignored', tone: 'calm', icon: TriangleAlert };
