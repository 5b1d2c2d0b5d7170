import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { origin } from './bench.ts'

/** A real OpenID Connect provider on loopback, with one client: the dashboard. */
export interface Issuer {
  url: string
  /** What it says of accounts; by name. */
  accounts: Map<string, Record<string, unknown>>
  /** Logs somebody in who was sent to this address: types the name, agrees, and gives where the browser is sent back to. */
  signIn(address: URL, name: string): Promise<URL>
  close(): Promise<void>
}

export const clientSecret = 'the secret of the client, which is long'

export async function startIssuer(): Promise<Issuer> {
  // The port is known first: the issuer's name has it in it.
  let handle: Parameters<typeof createServer>[1] = () => {}
  const server = createServer((request, response) => handle?.(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const accounts = new Map<string, Record<string, unknown>>()
  const provider = new Provider(url, {
    clients: [
      {
        client_id: 'serin',
        client_secret: clientSecret,
        redirect_uris: [`${origin}/api/v1/login/oidc/callback`],
        post_logout_redirect_uris: [`${origin}/`],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['of the test'] },
    features: { revocation: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    findAccount: (_: unknown, name: string) => {
      const claims = accounts.get(name)
      return claims && { accountId: name, claims: () => ({ sub: name, ...claims }) }
    },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    pkce: { required: () => true },
    ttl: {
      AccessToken: 3_600,
      AuthorizationCode: 60,
      Grant: 86_400,
      IdToken: 3_600,
      Interaction: 600,
      RefreshToken: 86_400,
      Session: 86_400,
    },
  })
  handle = provider.callback()
  return {
    url,
    accounts,
    signIn: signInAt,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function signInAt(address: URL, name: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let next = address
  let form: Record<string, string> | undefined
  for (let steps = 0; steps < 12; steps++) {
    const answer = await fetch(next, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([key, value]) => `${key}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(key, value)
    }
    form = undefined
    const location = answer.headers.get('location')
    if (location !== null) {
      next = new URL(location, next)
      if (next.origin === origin) return next
      continue
    }
    const page = await answer.text()
    if (answer.status !== 200) throw new Error(`the issuer answers ${answer.status}: ${page.slice(0, 400)}`)
    form = page.includes('name="login"') ? { prompt: 'login', login: name, password: 'any' } : { prompt: 'consent' }
  }
  throw new Error(`the issuer does not come to an end at ${next.href}`)
}
