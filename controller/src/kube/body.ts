import { KubeError, statusError, unreachable } from './errors.ts'
import type { HttpRequest, HttpResponse, Transport } from './types.ts'

/** Sends and reads to the end. Throws a KubeError for no answer, for a broken-off one and for every status of 400 and above. */
export async function exchange(transport: Transport, request: HttpRequest, options: { tested?: boolean } = {}): Promise<string> {
  const response = await sendOrThrow(transport, request)
  const text = await readText(response.body).catch((cause: unknown) => {
    throw unreachable(cause, request.signal?.aborted ?? false)
  })
  if (response.status >= 400) throw refusal(response, text, options)
  return text
}

/** As `exchange`, and parses; a body that is no JSON object is a KubeError 'Undecipherable'. */
export async function exchangeJson(transport: Transport, request: HttpRequest, options: { tested?: boolean } = {}): Promise<unknown> {
  const text = await exchange(transport, request, options)
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch (cause) {
    throw undecipherable(request, cause)
  }
  throw undecipherable(request)
}

/** Sends; a transport's own failure becomes a KubeError with status 0. */
export async function sendOrThrow(transport: Transport, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await transport.send(request)
  } catch (cause) {
    if (cause instanceof KubeError) throw cause
    throw unreachable(cause, request.signal?.aborted ?? false)
  }
}

/** The error of an answer of 400 and above. */
export function refusal(response: HttpResponse, text: string, options: { tested?: boolean } = {}): KubeError {
  const retryAfter = response.headers['retry-after']
  return statusError(response.status, text, { ...options, ...(retryAfter === undefined ? {} : { retryAfter }) })
}

/** The whole body as text. */
export async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of body) text += decoder.decode(piece, { stream: true })
  return text + decoder.decode()
}

/** The lines that each arriving piece completes, in order; empty lines are skipped, a last line without an end is dropped (it was cut off). */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder()
  let open: string[] = []
  for await (const piece of body) {
    const parts = decoder.decode(piece, { stream: true }).split('\n')
    const last = parts.pop() ?? ''
    if (parts.length === 0) {
      open.push(last)
      continue
    }
    parts[0] = open.join('') + parts[0]
    open = [last]
    yield parts.filter((line) => line !== '' && line !== '\r')
  }
}

function undecipherable(request: HttpRequest, cause?: unknown): KubeError {
  const message = `the answer to ${request.method} ${request.path.split('?')[0]} is not a JSON object`
  return new KubeError({ status: 0, reason: 'Undecipherable', message, cause })
}
