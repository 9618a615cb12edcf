import {
  CircleX,
  Copy,
  CopyPlus,
  GitCompareArrows,
  Pause,
  TriangleAlert,
  Unplug,
  EqualNot,
  type LucideIcon,
} from 'lucide-react';
import type { SpellKind } from './spell.ts';

/** What each kind is called in the legend. */
export const KIND_WORDS: Readonly<Record<SpellKind, string>> = {
  'in-step': 'In step',
  copy: 'Full copy',
  recopy: 'Full copy again',
  'catching-up': 'Catching up',
  paused: 'Paused',
  outage: 'Outage',
  differs: 'Sides differ',
  failed: 'Failed',
  changing: 'Starting or ending',
  stopped: 'Not running',
  unrecorded: 'Not recorded',
  comparison: 'Comparison',
  fault: 'Fault',
};

/** The shape of a mark, so that its kind shows without its colour. */
export const KIND_ICONS: Readonly<Partial<Record<SpellKind, LucideIcon>>> = {
  copy: Copy,
  recopy: CopyPlus,
  paused: Pause,
  outage: Unplug,
  differs: EqualNot,
  failed: CircleX,
  comparison: GitCompareArrows,
  fault: TriangleAlert,
};
