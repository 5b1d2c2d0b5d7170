import type { ApiRequest } from '../../types.ts'
import type { ApiServer } from '../server.ts'

/** What a client gets: status, headers and the JSON of the body (or its text, when it is none). */
export interface Answer {
  status: number
  headers: Record<string, string>
  // biome-ignore lint/suspicious/noExplicitAny: bodies are JSON of any shape
  json: any
}

export type SendOptions = { token?: string; type?: string; headers?: Record<string, string | string[]>; signal?: AbortSignal }

/** One exchange with the server, as the bearer of a token (`admin` when none is named). */
export async function send(
  server: Pick<ApiServer, 'handle'>,
  method: ApiRequest['method'],
  path: string,
  body?: unknown,
  { token = 'admin', type = 'application/json', headers = {}, signal }: SendOptions = {},
): Promise<Answer> {
  const response = await server.handle({
    method,
    path,
    headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), 'content-type': type, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  })
  let text = ''
  const decoder = new TextDecoder()
  for await (const piece of response.body) text += decoder.decode(piece, { stream: true })
  return { status: response.status, headers: response.headers, json: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export interface WatchEvent {
  type: string
  // biome-ignore lint/suspicious/noExplicitAny: objects of any kind
  object: any
}

/** An open watch: its events one by one. */
export interface Watch {
  /** The next event; undefined when the watch has ended. */
  next(): Promise<WatchEvent | undefined>
  /** `name:TYPE` of each of the next events. */
  take(count: number): Promise<string[]>
  stop(): void
}

export async function openWatch(server: Pick<ApiServer, 'handle'>, path: string, options: SendOptions = {}): Promise<Watch> {
  const stop = new AbortController()
  const { token = 'admin', headers = {} } = options
  const response = await server.handle({
    method: 'GET',
    path,
    headers: { authorization: `Bearer ${token}`, ...headers },
    signal: stop.signal,
  })
  const lines = response.body[Symbol.asyncIterator]()
  const decoder = new TextDecoder()
  const next = async (): Promise<WatchEvent | undefined> => {
    const { done, value } = await lines.next()
    return done ? undefined : JSON.parse(decoder.decode(value))
  }
  return {
    next,
    async take(count) {
      const events: string[] = []
      for (let index = 0; index < count; index++) {
        const event = await next()
        if (!event) break
        events.push(`${event.object.metadata?.name ?? ''}:${event.type}`)
      }
      return events
    },
    stop: () => stop.abort(),
  }
}
