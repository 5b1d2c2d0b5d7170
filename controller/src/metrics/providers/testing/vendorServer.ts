import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What happened in a pod. */
export interface Happening {
  readonly at: number
  readonly pod: string
  readonly amount: number
}

export const podsIn = (happenings: readonly Happening[]) => [...new Set(happenings.map(({ pod }) => pod))].sort()

/** How much happened from `start` up to, and without, `end`; undefined: nothing did. */
export function amountIn(happenings: readonly Happening[], pod: string, start: number, end: number): number | undefined {
  const within = happenings.filter((one) => one.pod === pod && one.at >= start && one.at < end)
  return within.length === 0 ? undefined : within.reduce((sum, { amount }) => sum + amount, 0)
}

/** Buckets of one pod between two times, by their begin; at most 20,000. */
export function bucketsOf(
  happenings: readonly Happening[],
  pod: string,
  from: number,
  to: number,
  length: number,
): [begin: number, amount: number | undefined][] {
  check(length > 0 && (to - from) / length < 20_000, `no buckets of ${length} ms from ${from} to ${to}`)
  const buckets: [number, number | undefined][] = []
  for (let begin = from; begin < to; begin += length)
    buckets.push([begin, amountIn(happenings, pod, Math.max(begin, from), Math.min(begin + length, to))])
  return buckets
}

export interface Received {
  readonly method: string
  readonly path: string
  readonly params: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

export interface VendorServer {
  readonly url: string
  readonly received: Received[]
  /** What was not as the vendor documents a request. Tests look that it is empty. */
  readonly complaints: string[]
  /** Answers so instead, for the next requests, one each. */
  instead(...answers: Answer[]): void
  close(): Promise<void>
}

/** Throws what a vendor would not understand in a request. */
export function check(holds: boolean, complaint: string): asserts holds {
  if (!holds) throw new Error(complaint)
}

/** The number that a parameter holds. */
export function numberIn(params: URLSearchParams, name: string): number {
  const text = params.get(name)
  check(text !== null && /^\d+$/.test(text), `parameter ${name} is ${text} and no whole number`)
  return Number(text)
}

/**
 * A server on loopback that answers as `answer` says; a request that it throws for is complained of and gets 400. Requests to the path `aside` are
 * never answered otherwise.
 */
export async function vendorServer(answer: (request: Received) => Answer, aside?: string): Promise<VendorServer> {
  const received: Received[] = []
  const complaints: string[] = []
  const queue: Answer[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://loopback')
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
      const one: Received = {
        method: request.method ?? '',
        path: pathname,
        params: searchParams,
        headers,
        body: Buffer.concat(chunks).toString(),
      }
      received.push(one)
      let given: Answer
      try {
        // A request is looked at in any case.
        const usual = answer(one)
        given = (pathname === aside ? undefined : queue.shift()) ?? usual
      } catch (error) {
        complaints.push(error instanceof Error ? error.message : String(error))
        given = { status: 400, body: 'not a request of this vendor' }
      }
      response.writeHead(given.status ?? 200, { 'content-type': 'application/json', ...given.headers })
      response.end(given.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    complaints,
    instead: (...answers) => void queue.push(...answers),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
