import { createSandbox } from '../../sandbox/src/sandbox.ts'
import type { ApiResponse } from '../../sandbox/src/types.ts'
import { virtualClock } from '../../sandbox/src/virtualClock.ts'
import { type ApiClient, bodyText, jsonLines, parsedBody, type WatchEvent } from '../cluster/apiClient.ts'
import { testUsers } from '../cluster/users.ts'
import type { Target } from './target.ts'

/** The cluster in this process, on virtual time. */
export function embeddedTarget(): { target: Target; stop(): Promise<void> } {
  const clock = virtualClock()
  const tokens = Object.fromEntries(Object.values(testUsers).map(({ token, username, groups, uid }) => [token, { username, groups, uid }]))
  const images = { 'app:unready': { ready: false, startMs: 50 }, 'app:v': { startMs: 50 } }
  const sandbox = createSandbox({ clock, tokens, images })

  const client = (token: string): ApiClient => ({
    async send({ method, path, headers, body, signal }) {
      const text = bodyText(body)
      const answered = sandbox.handle({
        method,
        path,
        headers: {
          accept: 'application/json',
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          authorization: `Bearer ${token}`,
          ...headers,
        },
        ...(text === undefined ? {} : { body: text }),
        ...(signal ? { signal } : {}),
      })
      const response = await answered
      return { status: response.status, headers: response.headers, json: parsedBody(await wholeBody(response)) }
    },
    async *watch(path, signal) {
      const headers = { accept: 'application/json', authorization: `Bearer ${token}` }
      const response = await sandbox.handle({ method: 'GET', path, headers, ...(signal ? { signal } : {}) })
      if (response.status === 200) yield* jsonLines(response.body) as AsyncGenerator<WatchEvent>
      else yield { type: 'ERROR', object: parsedBody(await wholeBody(response)) }
    },
  })

  return {
    target: {
      name: 'embedded',
      client: (user) => client(testUsers[user].token),
      pass: (ms) => clock.advance(ms),
      expireHistory: async () => sandbox.server.expireHistory(),
    },
    stop: async () => sandbox.stop(),
  }
}

async function wholeBody(response: ApiResponse): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of response.body) text += decoder.decode(piece, { stream: true })
  return text
}
