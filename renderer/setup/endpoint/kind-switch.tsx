import { SegmentedControl } from '@mantine/core';
import type { ReactElement } from 'react';
import { DEFAULT_PORT, type EndpointForm } from '../../../shared/model/profile.ts';
import type { EndpointPath } from '../draft/draft-form.ts';
import { sideOf, useSetup } from '../draft/use-setup.ts';
import { useDraftField } from '../step/use-draft-field.ts';

const KINDS: readonly { readonly value: EndpointForm['kind']; readonly label: string }[] = [
  { value: 'server', label: 'By its address' },
  { value: 'sentinels', label: 'By Sentinels' },
];

/** Whether a server is given by its address, or by those who know it. What was entered for the other way stays. */
export function KindSwitch({ path }: { readonly path: EndpointPath }): ReactElement {
  const { form, alone } = useSetup();
  const { value: kind, change } = useDraftField(`${path}.kind`);
  return (
    <SegmentedControl
      size="xs"
      aria-label={`How the ${alone ? 'server' : sideOf(path)} is found`}
      data={KINDS.map(({ value, label }) => ({ value, label }))}
      value={kind}
      onChange={(value) => {
        const chosen = KINDS.find((one) => one.value === value);
        if (!chosen) return;
        // A task that Sentinels tell of has none.
        if (form.getValues(`${path}.port`) === 0) form.setValue(`${path}.port`, DEFAULT_PORT);
        change(chosen.value);
      }}
    />
  );
}
