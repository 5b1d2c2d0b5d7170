import { expect, test } from 'vitest'
import type { ReleasePage } from '../../controller/src/server/dto/release.ts'
import type { Session } from '../../controller/src/server/dto/session.ts'
import { type Started, start } from './process.ts'

interface Person {
  get(path: string): Promise<Response>
  post(path: string, body: object): Promise<Response>
}

/** Logs in as a browser does: with the cookie and the token of the session from then on. */
async function logIn(url: string, name: string): Promise<Person> {
  const headers = { origin: url, 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/v1/login/demo`, { method: 'POST', headers, body: JSON.stringify({ name }) })
  expect(answer.status).toBe(200)
  const { csrf, demo, user } = (await answer.json()) as Session
  expect({ demo, name: user.name }).toEqual({ demo: true, name })
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  return {
    get: (path) => fetch(`${url}/api/v1/${path}`, { headers: { cookie } }),
    post: (path, body) =>
      fetch(`${url}/api/v1/${path}`, {
        method: 'POST',
        headers: { ...headers, cookie, 'x-csrf-token': csrf },
        body: JSON.stringify(body),
      }),
  }
}

/** Reads a stream of events until one of that name says that. */
async function heard(answer: Response, event: string, words: string): Promise<boolean> {
  let text = ''
  for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece
    if (new RegExp(`event: ${event}\\n[^]*${words}`).test(text)) return true
  }
  return false
}

async function addressOf(demo: Started): Promise<string> {
  return /^Dashboard: (\S+)$/m.exec(await demo.says('Ctrl-C ends it all'))?.[1] ?? ''
}

test('the dashboard is served with its page; the people of the demo ship and watch as far as each may', { timeout: 60_000 }, async () => {
  const demo = start(['--port', '0', '--dashboard-port', '0'])
  try {
    const url = await addressOf(demo)
    const page = await (await fetch(url)).text()
    expect(page).toContain('<div id="root">')
    const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(page)?.[1]
    expect((await fetch(`${url}/${script}`)).status).toBe(200)
    expect((await fetch(`${url}/api/v1/releases`)).status).toBe(401)

    const [anna, ben, vera] = await Promise.all([logIn(url, 'anna'), logIn(url, 'ben'), logIn(url, 'vera')])
    for (const person of [anna, ben, vera]) {
      const { items } = (await (await person.get('releases')).json()) as ReleasePage
      expect(items.map(({ name }) => name).sort()).toEqual(['checkout', 'mail', 'search'])
    }
    const refused = await vera.post('demo/ship', { service: 'checkout', version: 'broken' })
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ missing: { verb: 'patch', resource: 'deployments.apps', namespace: 'shop' } })

    const stream = await anna.get('stream')
    const shipped = await ben.post('demo/ship', { service: 'checkout', version: 'broken' })
    expect(await shipped.json()).toEqual({ service: 'checkout', image: 'checkout:v3' })
    expect(await heard(stream, 'release', 'checkout:v3')).toBe(true)

    // A page is still open: that holds up nothing.
    await anna.get('stream')
    const asked = performance.now()
    demo.interrupt()
    const { code, stderr } = await demo.ended
    expect(performance.now() - asked).toBeLessThan(3_000)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  } finally {
    demo.interrupt()
  }
})
