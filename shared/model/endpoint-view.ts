import { endpointViewSchema, OF_A_SERVER, type EndpointForm, type EndpointView } from './profile.ts';
import { bySentinels, sentinelsOf, sentinelText, usesTls } from './server-address.ts';

/**
 * A filled-in form as what is stored: only what belongs to its kind. The form has to be without problems (draft-problems.ts).
 * @throws ZodError, LockstepError URL_INVALID
 */
export const viewOf = (form: EndpointForm, id: string = form.id): EndpointView =>
  endpointViewSchema.parse({
    ...form,
    id,
    ...(bySentinels(form)
      ? {
          host: '',
          port: 0,
          addressMap: '',
          sentinels: sentinelText(sentinelsOf(form)),
          primaryName: form.primaryName.trim(),
        }
      : { ...OF_A_SERVER, host: form.host.trim() }),
    // A key without a certificate has no use, and a plain connection has no use for either.
    hasKey: usesTls(form) && form.hasKey,
  });
