import type { StreamEvents } from '../dto/stream.ts'

/** One event as it goes over the wire. */
export function frame<K extends keyof StreamEvents>(event: K, data: StreamEvents[K], id?: string): Buffer {
  // JSON has no line breaks outside of strings, and escapes those within: one line of data is enough.
  return Buffer.from(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
}

/** Tells the browser how soon to come back when it is cut off; else each has a time of its own. Nothing is dispatched. */
export const retry = Buffer.from('retry: 2000\n\n')

/** Keeps proxies from closing a silent connection; the client sees nothing of it. */
export const ping = Buffer.from(': ping\n\n')
