import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { KubeObject } from '../types.ts'

export interface Received {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: string
}

/** Answers one request in the server's stead. */
export type Fault = (response: ServerResponse, request: Received) => void

export interface Watcher {
  request: Received
  response: ServerResponse
}

/**
 * A small HTTP server on loopback that lists and watches ConfigMaps as an API server does, counts connections, and misbehaves on demand.
 */
export interface ApiServer {
  url: string
  /** How many connections were ever made. */
  connections(): number
  openSockets(): number
  requests: Received[]
  /** Open watches. */
  watchers: Set<Watcher>
  /** Creates or changes; tells the watchers. Gives the object as stored. */
  put(name: string, more?: { labels?: Record<string, string>; data?: unknown }): KubeObject
  remove(name: string): void
  /** Forgets all history: every older watch is answered 410. */
  compact(): void
  /** Answers the next requests of this kind (lists, watches, or any) with the faults, one each. */
  fail(kind: 'list' | 'watch' | 'any', ...faults: Fault[]): void
  /** Breaks every connection. */
  cut(): void
  close(): Promise<void>
}

interface Entry {
  version: number
  line: string
}

export async function startApiServer(options: { tls?: { key: string; cert: string } } = {}): Promise<ApiServer> {
  const objects = new Map<string, KubeObject>()
  const history: Entry[] = []
  const watchers = new Set<Watcher>()
  const sockets = new Set<Socket>()
  const requests: Received[] = []
  const faults: Record<'list' | 'watch' | 'any', Fault[]> = { list: [], watch: [], any: [] }
  let version = 100
  let compacted = 0
  let connections = 0
  let uids = 0

  const tell = (type: string, object: KubeObject) => {
    const line = `${JSON.stringify({ type, object })}\n`
    history.push({ version, line })
    for (const watcher of watchers) watcher.response.write(line)
  }
  const list = (received: Received, response: ServerResponse) => {
    const limit = Number(received.query.get('limit') ?? '0') || objects.size
    const [from = 0, asOf = version] = (received.query.get('continue') ?? '').split('@').filter(Boolean).map(Number)
    const items = [...objects.values()].slice(from, from + limit)
    const more = from + limit < objects.size ? { continue: `${from + limit}@${asOf}` } : {}
    const metadata = { resourceVersion: String(asOf), ...more }
    json(response, 200, { kind: 'ConfigMapList', apiVersion: 'v1', metadata, items }, received)
  }
  const watch = (received: Received, response: ServerResponse) => {
    const from = Number(received.query.get('resourceVersion') ?? '0')
    if (from < compacted) return json(response, 410, status(410, 'Expired', 'too old resource version'))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    for (const entry of history) if (entry.version > from) response.write(entry.line)
    const watcher = { request: received, response }
    watchers.add(watcher)
    response.on('close', () => watchers.delete(watcher))
  }
  const answer = (received: Received, response: ServerResponse) => {
    const isWatch = received.query.has('watch')
    const fault = faults.any.shift() ?? faults[isWatch ? 'watch' : 'list'].shift()
    if (fault) return fault(response, received)
    if (isWatch) return watch(received, response)
    const name = received.path.split('/configmaps/')[1]
    if (name === undefined) return list(received, response)
    const object = objects.get(name)
    if (object) return json(response, 200, object, received)
    json(response, 404, status(404, 'NotFound', `configmaps "${name}" not found`))
  }
  const handle = (message: IncomingMessage, response: ServerResponse) => {
    const url = new URL(message.url ?? '/', 'http://localhost')
    let body = ''
    message.setEncoding('utf8')
    message.on('data', (piece: string) => {
      body += piece
    })
    message.on('end', () => {
      const { method = 'GET', headers } = message
      const received = { method, path: url.pathname, query: url.searchParams, headers, body }
      requests.push(received)
      answer(received, response)
    })
  }
  const server = options.tls ? createSecureServer(options.tls, handle) : createServer(handle)
  server.on(options.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    connections: () => connections,
    openSockets: () => sockets.size,
    requests,
    watchers,
    put(name, { labels = {}, data = {} } = {}) {
      version++
      const known = objects.get(name)
      const uid = known?.metadata.uid ?? `uid-${++uids}`
      const metadata = { name, namespace: 'default', uid, resourceVersion: String(version), labels, managedFields: [{ manager: 'test' }] }
      const object: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }
      objects.set(name, object)
      tell(known ? 'MODIFIED' : 'ADDED', object)
      return object
    },
    remove(name) {
      const known = objects.get(name)
      if (!known) return
      version++
      objects.delete(name)
      tell('DELETED', { ...known, metadata: { ...known.metadata, resourceVersion: String(version) } })
    },
    compact() {
      compacted = version
      history.length = 0
    },
    fail: (kind, ...more) => void faults[kind].push(...more),
    cut() {
      for (const socket of sockets) socket.destroy()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function status(code: number, reason: string, message: string, details?: object): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, ...(details ? { details } : {}) }
}

/** A fault that answers with a Status. */
export function refuse(code: number, reason: string, headers: Record<string, string> = {}): Fault {
  return (response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    json(response, code, status(code, reason, `scripted: ${reason}`))
  }
}

/** A fault that opens a watch, writes this text as it is, and then does `then` (default: keeps it open). */
export function say(text: string, then?: 'end' | 'reset'): Fault {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write(text, () => {
      if (then === 'end') response.end()
      if (then === 'reset') response.socket?.destroy()
    })
    response.flushHeaders()
  }
}

/** Sends JSON, compressed when the client takes it and it is large. */
export function json(response: ServerResponse, code: number, value: object, received?: Received): void {
  const text = JSON.stringify(value)
  response.setHeader('content-type', 'application/json')
  if (text.length > 128 * 1024 && received?.headers['accept-encoding'] === 'gzip') {
    response.writeHead(code, { 'content-encoding': 'gzip' })
    response.end(gzipSync(text, { level: 1 }))
  } else {
    response.writeHead(code)
    response.end(text)
  }
}
