import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { type ApiCall, type ApiClient, bodyText, jsonLines, parsedBody, type WatchEvent } from './apiClient.ts'

export interface Credentials {
  /** PEM; left out: whatever the server shows is believed. */
  ca?: string
  cert?: string
  key?: string
  token?: string
  /** Sent with every request, as those of impersonation. */
  headers?: Record<string, string | string[]>
}

/** A client over sockets that stay open. `close()` ends them, watches too. */
export function httpsClient(url: string, credentials: Credentials): ApiClient & { close(): void } {
  const base = new URL(url)
  const secure = base.protocol === 'https:'
  const { ca, cert, key, token } = credentials
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, maxSockets: 64, ca, cert, key, rejectUnauthorized: ca !== undefined })
    : new HttpAgent({ keepAlive: true, maxSockets: 64 })
  const closing = new AbortController()

  function open({ method, path, headers, body, signal }: ApiCall): Promise<IncomingMessage> {
    const text = bodyText(body)
    return new Promise((resolve, reject) => {
      const outgoing = (secure ? httpsRequest : httpRequest)(new URL(path, base), {
        method,
        agent,
        signal: signal ? AbortSignal.any([signal, closing.signal]) : closing.signal,
        headers: {
          accept: 'application/json',
          ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...credentials.headers,
          ...headers,
        },
      })
      outgoing.once('response', resolve).once('error', reject).end(text)
    })
  }

  async function answer(response: IncomingMessage) {
    let text = ''
    for await (const piece of response.setEncoding('utf8')) text += piece
    return { status: response.statusCode ?? 0, headers: flat(response.headers), json: parsedBody(text) }
  }

  return {
    send: async (call) => answer(await open(call)),
    async *watch(path, signal) {
      try {
        const response = await open({ method: 'GET', path, signal })
        if (response.statusCode === 200) yield* jsonLines(response) as AsyncGenerator<WatchEvent>
        else yield { type: 'ERROR', object: (await answer(response)).json }
      } catch (error) {
        // An end that the reader asked for is no error; a client closed under it is.
        if (!signal?.aborted) throw error
      }
    },
    close() {
      closing.abort()
      agent.destroy()
    },
  }
}

function flat(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]))
}
