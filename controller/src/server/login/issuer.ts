import * as oidc from 'openid-client'
import type { Clock } from '../../clock.ts'
import { Refusal } from '../problems.ts'
import type { OidcOptions } from './options.ts'

const discoveredForMs = 3_600_000
const timeoutSeconds = 10
const usualScopes = ['openid', 'profile', 'email', 'groups', 'offline_access']

/** The issuer as its discovery document describes it; looked at when it is first needed, and again after an hour. Throws a Refusal while it is away. */
export function issuerOf(options: OidcOptions, clock: Clock): () => Promise<oidc.Configuration> {
  let known: { configuration: Promise<oidc.Configuration>; at: number } | undefined
  return async () => {
    if (!known || clock.now() - known.at > discoveredForMs) known = { configuration: discovered(options), at: clock.now() }
    const { configuration } = known
    try {
      return await configuration
    } catch {
      known = undefined
      throw new Refusal('SERIN-502-ISSUER', `The issuer ${new URL(options.issuer).host} cannot be reached, or is no OpenID Connect issuer.`)
    }
  }
}

async function discovered({ issuer, clientId, clientSecret }: OidcOptions): Promise<oidc.Configuration> {
  const url = new URL(issuer)
  const loopback = url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  const configuration = await oidc.discovery(url, clientId, {}, clientSecret ? oidc.ClientSecretBasic(clientSecret) : oidc.None(), {
    timeout: timeoutSeconds,
    ...(loopback ? { execute: [oidc.allowInsecureRequests] } : {}),
  })
  // The token came straight from the issuer over TLS; its signature is checked all the same.
  oidc.enableNonRepudiationChecks(configuration)
  return configuration
}

/** What to ask for: as configured, else of what is useful that which the issuer says it has. */
export function scopesFor(configuration: oidc.Configuration, { scopes }: OidcOptions): string {
  const { scopes_supported: has } = configuration.serverMetadata()
  return (scopes ?? (has ? usualScopes.filter((scope) => scope === 'openid' || has.includes(scope)) : ['openid'])).join(' ')
}

/** What an error of the issuer is called, without anything that was sent. */
export function issuerError(error: unknown): { error: string; code?: string } {
  const { name, code, error: word } = error as { name?: string; code?: string; error?: string }
  const plain = (text: unknown): text is string => typeof text === 'string' && /^[\w.-]{1,80}$/.test(text)
  return { error: plain(word) ? word : plain(name) ? name : 'unknown', ...(plain(code) ? { code } : {}) }
}
