import type { App } from '../../controller/src/server/app.ts'
import { origin } from './bench.ts'

/** An answer as a page sees it. */
export interface Answer {
  status: number
  headers: Record<string, string | string[] | number | undefined>
  // biome-ignore lint/suspicious/noExplicitAny: bodies are JSON of any shape
  json: any
  text: string
  /** Where it leads. */
  location: URL | undefined
}

export interface Sent {
  body?: unknown
  headers?: Record<string, string>
  /** Default: what the page would send. '' sends none. */
  csrf?: string
  remoteAddress?: string
}

/** Keeps cookies as browsers do, says where its requests come from, and follows nothing. */
export interface Browser {
  cookies: Map<string, string>
  /** The header lines by which cookies were set, newest last. */
  set: string[]
  get(path: string, sent?: Sent): Promise<Answer>
  post(path: string, body?: unknown, sent?: Sent): Promise<Answer>
  /** Any method. */
  send(method: string, path: string, sent?: Sent): Promise<Answer>
}

export function browser(app: Pick<App, 'inject'>, host = new URL(origin).host): Browser {
  const cookies = new Map<string, string>()
  const set: string[] = []
  let csrf = ''
  const send = async (method: string, path: string, sent: Sent = {}): Promise<Answer> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const changes = method !== 'GET' && method !== 'HEAD'
    const token = sent.csrf ?? csrf
    const response = await app.inject({
      method: method as 'GET',
      url: path,
      ...(sent.remoteAddress ? { remoteAddress: sent.remoteAddress } : {}),
      headers: {
        host,
        ...(cookie === '' ? {} : { cookie }),
        ...(changes ? { origin, 'sec-fetch-site': 'same-origin', ...(token === '' ? {} : { 'x-csrf-token': token }) } : {}),
        ...(sent.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...sent.headers,
      },
      ...(sent.body === undefined ? {} : { payload: JSON.stringify(sent.body) }),
    })
    for (const line of [response.headers['set-cookie'] ?? []].flat()) {
      set.push(line)
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    const json = parsed(response.payload)
    if (typeof json?.csrf === 'string') csrf = json.csrf
    const { location } = response.headers
    return {
      status: response.statusCode,
      headers: response.headers,
      json,
      text: response.payload,
      location: location === undefined ? undefined : new URL(location, new URL(path, origin)),
    }
  }
  return {
    cookies,
    set,
    send,
    get: (path, sent) => send('GET', path, sent),
    post: (path, body = {}, sent = {}) => send('POST', path, { ...sent, body }),
  }
}

// biome-ignore lint/suspicious/noExplicitAny: bodies are JSON of any shape
function parsed(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const api = (path: string): string => `/api/v1/${path}`
