import type { AlertKind, AlertSettings } from './alert-settings.ts';
import type { AlertText } from './alert-words.ts';

/** What a webhook is told. */
export interface WebhookMessage extends AlertText {
  readonly event: 'raised' | 'over' | 'test';
  readonly kind: AlertKind | null;
  readonly task: { readonly id: string; readonly name: string } | null;
  readonly sinceMs: number | null;
  readonly atMs: number;
}

/** As the receiver takes it. Names of tasks are people's: nothing of them is markup of Slack. */
export function webhookBody(form: AlertSettings['webhook']['form'], message: WebhookMessage): string {
  if (form === 'json') return JSON.stringify({ from: 'lockstep', version: 1, ...message });
  return JSON.stringify({ text: `*${plain(message.title)}*\n${plain(message.text)}` });
}

const plain = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('*', '∗');
