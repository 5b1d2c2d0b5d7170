/** Where this folder writes what it has to say. A pino logger fits. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

const ignore = () => {}

export const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore }
