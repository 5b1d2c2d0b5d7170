import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { impersonable } from '../../authority/impersonation.ts'
import type { Desk, Method } from '../desk.ts'
import { addressesIn, whomOf } from '../options.ts'

/** A proxy in front says with each request who sent it. It is believed by its address and by a secret that only it knows, both. */
export function proxyMethod({ options, log }: Desk): Method {
  const { proxy } = options
  const isProxy = addressesIn(proxy?.cidrs ?? [])
  const one = ({ headers }: FastifyRequest, name: string): string | undefined => {
    const value = headers[name]
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
  }
  return {
    id: 'proxy',
    // Who is shown the page of logins came past the proxy.
    shown: () => undefined,
    routes() {},
    identify(request) {
      if (!proxy) return undefined
      const name = one(request, proxy.userHeader) ?? one(request, proxy.emailHeader)
      if (name === undefined) return undefined
      if (!isProxy(request.socket.remoteAddress ?? '') || !same(one(request, proxy.secretHeader), proxy.secret)) {
        log.warn({ from: request.socket.remoteAddress, requestId: request.id }, 'headers of a proxy came from somebody else: not believed')
        return undefined
      }
      const groups = (one(request, proxy.groupsHeader) ?? '')
        .split(',')
        .map((group) => group.trim())
        .filter((group) => group !== '')
        .map((group) => proxy.groupsPrefix + group)
      const person = impersonable({ username: proxy.usernamePrefix + name, groups }, whomOf(options))
      return { method: 'proxy', person: { ...person, groups: [...person.groups] }, credentials: { by: 'impersonation' } }
    },
    leave: async () => proxy?.logoutUrl,
  }
}

function same(given: string | undefined, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return given !== undefined && timingSafeEqual(digest(given), digest(secret))
}
