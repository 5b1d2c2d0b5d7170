import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApiError, type ApiRequest, type ApiResponse } from '../types.ts'
import { statusOf } from './errors.ts'
import { fromProtobuf } from './protobuf/decode.ts'

export interface Listening {
  url: string
  /** Ends all connections and stops listening. */
  close(): Promise<void>
}

const protobuf = 'application/vnd.kubernetes.protobuf'
const methods = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** Serves the handler on a loopback port (0: a free one). A handler that rejects breaks the connection. */
export async function listening(port: number, handle: (request: ApiRequest) => Promise<ApiResponse>): Promise<Listening> {
  const server = createServer((request, response) => {
    served(request, response, handle).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
  const { port: bound } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${bound}`, close: () => closed(server) }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

async function served(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: ApiRequest) => Promise<ApiResponse>,
): Promise<void> {
  const { method = 'GET', url = '/' } = incoming
  const head = method === 'HEAD'
  if (!head && !methods.has(method)) {
    outgoing.writeHead(405).end()
    return
  }
  const gone = new AbortController()
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort()
  })
  const headers = headersOf(incoming)
  const bytes = await bytesOf(incoming)
  let body: string
  try {
    body = textOf(bytes, headers)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    outgoing.writeHead(error.code, { 'content-type': 'application/json' }).end(JSON.stringify(statusOf(error)))
    return
  }
  const answer = await handle({
    method: (head ? 'GET' : method) as ApiRequest['method'],
    path: url,
    headers,
    ...(body === '' ? {} : { body }),
    signal: gone.signal,
  })
  outgoing.writeHead(answer.status, answer.headers)
  // A watch may have nothing to say for long; the head of any other answer goes with its body.
  const waiting = setImmediate(() => outgoing.flushHeaders())
  try {
    for await (const piece of answer.body) {
      if (gone.signal.aborted) break
      if (head) continue
      if (!outgoing.write(piece)) await drained(outgoing, gone.signal)
    }
  } finally {
    clearImmediate(waiting)
  }
  outgoing.end()
}

function drained(outgoing: ServerResponse, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) resolve()
    outgoing.once('drain', resolve)
    gone.addEventListener('abort', () => resolve(), { once: true })
  })
}

async function bytesOf(incoming: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of incoming) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

/** The body as text; protobuf becomes the JSON it stands for, and the headers say so. Throws ApiError 400. */
function textOf(bytes: Buffer, headers: Record<string, string | string[]>): string {
  if (bytes.length === 0 || headers['content-type'] !== protobuf) return bytes.toString()
  headers['content-type'] = 'application/json'
  return JSON.stringify(fromProtobuf(bytes))
}

function headersOf(incoming: IncomingMessage): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  for (const [name, values = []] of Object.entries(incoming.headersDistinct)) headers[name] = values.length > 1 ? values : (values[0] ?? '')
  return headers
}
