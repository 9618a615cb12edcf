import { Button, FileButton, Group, Textarea } from '@mantine/core';
import { FileText } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { type FieldPathByValue } from 'react-hook-form';
import { useDraftField } from '../step/use-draft-field.ts';
import type { Draft } from '../../../shared/model/profile.ts';
import { readPemFile } from './read-pem-file.ts';
import classes from './endpoint.module.css';

/** A certificate: pasted, or read from a file. */
export function PemField({
  name,
  label,
  description,
}: {
  readonly name: FieldPathByValue<Draft, string>;
  readonly label: string;
  readonly description: string;
}): ReactElement {
  const { value: current, change, leave, focusRef, problem } = useDraftField(name);
  return (
    <div>
      <Textarea
        size="xs"
        label={label}
        description={description}
        placeholder="-----BEGIN CERTIFICATE-----"
        classNames={{ input: classes.pem ?? '' }}
        rows={3}
        spellCheck={false}
        autoComplete="off"
        name={name}
        ref={focusRef}
        value={current}
        onChange={change}
        onBlur={leave}
        error={problem}
      />
      <PemFileButton what={label} onText={(text) => change(text)} />
    </div>
  );
}

/** Chooses a file and hands over its text. `what` names the field for those who cannot see where the button stands. */
export function PemFileButton({
  what,
  onText,
}: {
  readonly what: string;
  readonly onText: (text: string) => void;
}): ReactElement {
  const [problem, setProblem] = useState<string | null>(null);
  const read = async (file: File | null): Promise<void> => {
    if (!file) return;
    const { text, problem: unfit } = await readPemFile(file);
    setProblem(unfit);
    if (text !== null) onText(text);
  };
  return (
    <Group gap="xs" mt={4}>
      <FileButton onChange={(file) => void read(file)}>
        {(props) => (
          <Button
            {...props}
            size="compact-xs"
            variant="subtle"
            leftSection={<FileText size={13} aria-hidden />}
            aria-label={`Choose a file: ${what}`}
          >
            Choose a file
          </Button>
        )}
      </FileButton>
      {problem !== null && (
        <span role="alert" className={classes.problem}>
          {problem}
        </span>
      )}
    </Group>
  );
}
