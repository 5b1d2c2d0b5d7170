import { SourceError } from '../../controller/src/metrics/errors.ts'
import type { SourceTransport } from '../../controller/src/metrics/transport.ts'
import type { Prometheus } from '../../sandbox/src/prometheus/prometheus.ts'

/** A request that a webhook got, and what it answers. */
export interface Hook {
  asked: { url: string; body: string; headers: Readonly<Record<string, string>> }[]
  answer: { status: number; text: string }
}

/** The network of the embedded cluster: its Prometheus under the name prometheus.test, webhooks under hooks.test. No socket, no real time. */
export interface Network extends SourceTransport {
  hook: Hook
  /** Requests to Prometheus so far. */
  queries(): number
}

/** Without a Prometheus there are the webhooks alone. */
export function networkOf(prometheus?: Prometheus): Network {
  const hook: Hook = { asked: [], answer: { status: 200, text: '{"ok": true}' } }
  let queries = 0
  return {
    hook,
    queries: () => queries,
    async send({ method, url, headers, body }) {
      const { hostname } = new URL(url)
      if (hostname === 'hooks.test') {
        hook.asked.push({ url, body: body ?? '', headers: headers ?? {} })
        return { ...hook.answer, headers: { 'content-type': 'application/json' } }
      }
      if (hostname !== 'prometheus.test' || !prometheus) throw new SourceError('down', `there is no host ${hostname}`)
      queries++
      try {
        return await prometheus.handle({ method, url, ...(headers ? { headers } : {}), ...(body === undefined ? {} : { body }) })
      } catch (cause) {
        throw new SourceError('down', 'the connection was refused', { cause })
      }
    },
    close: async () => {},
  }
}
