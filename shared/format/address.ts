/** `host:port`, or `[address]:port` for IPv6. */
export const formatAddress = ({
  host,
  port,
}: {
  readonly host: string;
  readonly port: number | null;
}): string => `${host.includes(':') ? `[${host}]` : host}${port === null ? '' : `:${port}`}`;
