import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'

export interface Seen {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Answer = (seen: Seen, response: ServerResponse) => void | Promise<void>

export interface TestServer {
  readonly url: string
  readonly port: number
  readonly seen: Seen[]
  /** Connections that were opened so far. */
  connections(): number
  /** What comes next, one answer a request; after these it answers as at first. */
  next(...answers: Answer[]): void
  /** What comes from now on. */
  always(answer: Answer): void
  close(): Promise<void>
}

/** A server on loopback that answers as told. For tests only. */
export async function startServer(first: Answer, tls?: { key: string; cert: string }): Promise<TestServer> {
  const seen: Seen[] = []
  const queue: Answer[] = []
  const sockets = new Set<Socket>()
  let always = first
  let opened = 0
  const listener: RequestListener = async (request, response) => {
    const each = await read(request)
    seen.push(each)
    await (queue.shift() ?? always)(each, response)
  }
  const server = tls ? createTlsServer(tls, listener) : createServer(listener)
  server.on('connection', (socket: Socket) => {
    opened++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    seen,
    connections: () => opened,
    next: (...answers) => void queue.push(...answers),
    always: (answer) => {
      always = answer
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

async function read(request: IncomingMessage): Promise<Seen> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '')
  return { method: request.method ?? '', path: request.url ?? '', headers, body: Buffer.concat(pieces).toString('utf8') }
}

/** Any answer. */
export const say =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'text/plain', ...headers })
    response.end(body)
  }

export const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  say(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers })

export const html: Answer = say(200, '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' })

/** Never answers. */
export const silent: Answer = () => {}

/** Begins an answer and says no more. */
export const stalled: Answer = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{"status":')
}

/** Breaks the connection instead of an answer. */
export const cut: Answer = (_, response) => void response.socket?.destroy()

/** Breaks the connection within the answer. */
export const cutWithin: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': '1000' })
  response.write('{"status":', () => response.socket?.destroy())
}

/** Sends until nobody listens any more. */
export const endless: Answer = (_, response) => {
  const piece = Buffer.alloc(256 * 1024, 'x')
  const more = () => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', more)
  }
  response.writeHead(200)
  more()
}
