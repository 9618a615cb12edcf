import { expect, it } from 'vitest';
import {
  changesOf,
  formOfTask,
  formPath,
  type EditableTask,
} from '../../../../renderer/task/settings/task-form.ts';
import { emptyEndpoint } from '../../../../shared/model/profile.ts';

const task: EditableTask = {
  id: 'orders',
  name: 'Orders',
  source: { ...emptyEndpoint('source'), host: 'a', port: 6379, hasPassword: true },
  target: { ...emptyEndpoint('target'), host: 'b', port: 6380 },
  databases: [0, 3],
  databaseMap: [{ from: 3, into: 1 }],
  existing: 'overwrite',
  onFlush: 'stop',
  functions: 'fail',
  fullOnly: false,
  retryForMinutes: 720,
  expirySlackSeconds: 60,
  importMode: 'leave',
  readFrom: 'replicas',
  maxCommandsPerSecond: 0,
  maxBytesPerSecond: 0,
  spoolMaxBytes: 8 * 1024 ** 3,
  spoolDir: '',
};

it('a form that was not touched changes nothing', () => {
  expect(changesOf(task, formOfTask(task))).toEqual({});
});

it('tells only what was changed', () => {
  const form = formOfTask(task);
  form.name = '  Orders to Dublin ';
  form.maxCommandsPerSecond = 5000;
  form.targets = [{ ...form.targets[0]!, host: ' c ', port: 6381 }];
  expect(changesOf(task, form)).toEqual({
    name: 'Orders to Dublin',
    maxCommandsPerSecond: 5000,
    target: { ...task.target, host: 'c', port: 6381 },
  });
});

it('leads problems of the request to the fields of the form', () => {
  expect(
    ['changes.name', 'changes.source.host', 'changes.target.port', 'changes.target'].map(formPath),
  ).toEqual(['name', 'source.host', 'targets.0.port', 'targets.0']);
});
