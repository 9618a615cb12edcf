/** Whether this page may show notifications of the browser. `default`: it has not been asked. */
export type Permission = NotificationPermission | 'unsupported';

export const notificationPermission = (): Permission =>
  'Notification' in globalThis ? Notification.permission : 'unsupported';

/** Lets the browser ask its user, which it does only after a click. */
export const askForPermission = async (): Promise<Permission> =>
  'Notification' in globalThis ? await Notification.requestPermission() : 'unsupported';
