import { Button, FileButton, Group, Text, Textarea } from '@mantine/core';
import { FileText } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { MOST_IMPORTED_CHARACTERS, type ImportReport } from '../../shared/contract/server-requests.ts';
import { Dialog } from '../components/dialog.tsx';
import { FaultAlert } from '../components/fault-alert.tsx';
import { useAction } from '../state/client.tsx';
import { ImportResult } from './import-result.tsx';

interface ImportDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Takes servers out of a list of addresses, or of another program's export, and tells what of it could not be taken. */
export function ImportDialog({ opened, onClose }: ImportDialogProps): ReactElement {
  const { run, running, error, reset } = useAction('server.import', {
    quiet: true,
    refreshes: ['server.list'],
  });
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [report, setReport] = useState<ImportReport | null>(null);

  const read = async (content: string): Promise<void> => {
    reset();
    setProblem(null);
    if (content.length > MOST_IMPORTED_CHARACTERS)
      return setProblem('It is larger than 900 KB: import it in parts.');
    const answer = await run({ text: content });
    if (!answer) return;
    // There may be passwords in it.
    setText('');
    setReport(answer);
  };
  const choose = async (file: File | null): Promise<void> => {
    if (!file) return;
    if (file.size > MOST_IMPORTED_CHARACTERS) return setProblem(`${file.name} is larger than 900 KB.`);
    await read(await file.text());
  };
  const close = (): void => {
    setText('');
    setReport(null);
    setProblem(null);
    reset();
    onClose();
  };
  return (
    <Dialog opened={opened} onClose={close} title="Import servers" size="lg">
      {report ? (
        <>
          <ImportResult report={report} />
          <Group justify="flex-end" mt="lg">
            <Button onClick={() => setReport(null)}>Import more</Button>
            <Button variant="filled" data-autofocus onClick={close}>
              Done
            </Button>
          </Group>
        </>
      ) : (
        <>
          <Text size="sm">
            An export of Lockstep, of RedisInsight (JSON) or of Another Redis Desktop Manager (.ano), or
            addresses, one a line, with a name before each if you like. Passwords in it are kept as those that
            you enter. No server is asked.
          </Text>
          <Textarea
            mt="sm"
            rows={7}
            label="Addresses, or what an export holds"
            placeholder={'Orders live  rediss://app:password@orders.example:6380\n10.0.0.7:6379'}
            spellCheck={false}
            autoComplete="off"
            data-autofocus
            value={text}
            error={problem}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {error && <FaultAlert fault={error} compact />}
          <Group justify="space-between" mt="lg">
            <FileButton accept=".json,.ano,.txt" onChange={(file) => void choose(file)}>
              {(props) => (
                <Button {...props} leftSection={<FileText size={14} aria-hidden />}>
                  Choose a file
                </Button>
              )}
            </FileButton>
            <Group gap="xs">
              <Button onClick={close}>Cancel</Button>
              <Button
                variant="filled"
                disabled={text.trim() === ''}
                loading={running}
                onClick={() => void read(text)}
              >
                Import
              </Button>
            </Group>
          </Group>
        </>
      )}
    </Dialog>
  );
}
