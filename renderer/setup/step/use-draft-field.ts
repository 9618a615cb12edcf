import {
  useController,
  useFormContext,
  type FieldPath,
  type FieldPathValue,
  type RefCallBack,
} from 'react-hook-form';
import { afterClick } from '../../state/pointer.ts';
import type { Draft } from '../../../shared/model/profile.ts';

export interface DraftField<N extends FieldPath<Draft>> {
  readonly value: FieldPathValue<Draft, N>;
  readonly change: (value: unknown) => void;
  /** To be called when the field loses the focus. */
  readonly leave: () => void;
  /** The element that gets the focus when the field is to be looked at. */
  readonly focusRef: RefCallBack;
  /** What is wrong with it, once it was left or somebody tried to go on. */
  readonly problem: string | undefined;
}

/**
 * A field of the draft. It is judged when it is left, unless it is empty: what is missing is told by whoever wants to go
 * on, and not while somebody is on the way to another field.
 */
export function useDraftField<N extends FieldPath<Draft>>(name: N): DraftField<N> {
  const { trigger } = useFormContext<Draft>();
  const {
    field: { value, onChange, onBlur, ref },
    fieldState: { error },
  } = useController<Draft, N>({ name });
  const leave = (): void => {
    onBlur();
    if (value !== '' && value !== null) afterClick(() => void trigger(name));
  };
  return { value, change: onChange, leave, focusRef: ref, problem: error?.message };
}
