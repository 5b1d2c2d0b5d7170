// A source of metrics in a process of its own: answers range queries as Prometheus does, with made-up counters, from memory where it can.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerTo } from './answers.ts'

const kept = 64
const known = new Map<string, Buffer>()
const counts = { queries: 0, bytes: 0 }

const server = createServer(async (request, response) => {
  if (request.url === '/counts') {
    response.end(JSON.stringify(counts))
    return
  }
  const form = new URLSearchParams(await textOf(request))
  const number = (name: string): number => Number(form.get(name))
  const body = answered(form.get('query') ?? '', number('start'), number('end'), number('step'))
  counts.queries++
  counts.bytes += body.length
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
})

/** Analyses differ in a label that no answer shows: those who ask for the same instants get the same bytes. */
function answered(query: string, start: number, end: number, step: number): Buffer {
  const key = [query.replace(/app="[^"]*"/, ''), start, end, step].join('\n')
  const before = known.get(key)
  if (before) return before
  const body = Buffer.from(answerTo({ query, start, end, step }))
  for (const oldest of known.keys()) {
    if (known.size < kept) break
    known.delete(oldest)
  }
  known.set(key, body)
  return body
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of request.setEncoding('utf8')) text += piece
  return text
}

server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
process.once('disconnect', () => process.exit(0))
