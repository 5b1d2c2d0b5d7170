/** RFC 3339 with whole seconds, as the API writes times. */
export const timestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

/** Milliseconds since the epoch of an API time; NaN when there is none. */
export const instant = (text: string | undefined): number => (text === undefined ? Number.NaN : Date.parse(text))
