import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import type { TargetStanding } from '../../shared/model/target-standing.ts';

/** In the question whether a task is to be deleted: what could not be done from here any more. */
export const LateWhenDeleted = ({ standing }: { readonly standing: TargetStanding }): ReactElement | null =>
  standing === 'exact' ? null : (
    <Text size="sm" mt="xs">
      Expiry on the target may be late still. Make it exact first if the target is to be used: once the task
      is deleted, only lockstep release on the command line does that.
    </Text>
  );
