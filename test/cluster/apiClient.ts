/** JSON of the API: tests read into it freely. */
// biome-ignore lint/suspicious/noExplicitAny: foreign objects are plain JSON of any shape
export type Json = any

export interface ApiCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With its query string. */
  path: string
  headers?: Record<string, string>
  /** Objects are sent as JSON, text as it is. */
  body?: unknown
  signal?: AbortSignal
}

export interface ApiResult {
  status: number
  headers: Record<string, string>
  /** The parsed body; text that is no JSON stays text. */
  json: Json
}

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: Json
}

/** The least that a test needs of a Kubernetes API, as one user. */
export interface ApiClient {
  /** Resolves for every HTTP status; rejects only when there is no answer. */
  send(call: ApiCall): Promise<ApiResult>
  /** The events of a watch until the server ends it or `signal` aborts; a refusal by HTTP status comes as one ERROR event. A broken connection throws. */
  watch(path: string, signal?: AbortSignal): AsyncGenerator<WatchEvent, void, undefined>
}

/** An answer that a test did not expect, with what the server said. */
export class UnexpectedAnswer extends Error {
  readonly result: ApiResult
  constructor(call: ApiCall, result: ApiResult) {
    super(`${call.method} ${call.path}: ${result.status} ${result.json?.message ?? JSON.stringify(result.json)}`)
    this.result = result
  }
}

/** The object that comes back; throws UnexpectedAnswer for any status of 400 or more. */
export async function succeed(client: ApiClient, call: ApiCall): Promise<Json> {
  const result = await client.send(call)
  if (result.status >= 400) throw new UnexpectedAnswer(call, result)
  return result.json
}

/** Server-side apply by `manager`, with force. Returns the object. */
export function apply(client: ApiClient, path: string, object: Json, manager = 'test'): Promise<Json> {
  return succeed(client, {
    method: 'PATCH',
    path: `${path}?fieldManager=${manager}&force=true`,
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: object,
  })
}

/** One parsed value a line, however the pieces are cut. */
export async function* jsonLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Json, void, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim()) yield JSON.parse(line)
  }
}

/** What stands in a request's body. */
export function bodyText(body: unknown): string | undefined {
  if (body === undefined) return undefined
  return typeof body === 'string' ? body : JSON.stringify(body)
}

export function parsedBody(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
