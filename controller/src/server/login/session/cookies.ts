import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../../problems.ts'

/** Browsers keep 4,096 bytes a cookie, its name and attributes among them. */
const pieceSize = 3_800
/** Node takes 16 KiB of headers in all. */
const largest = 12_000

/** Writes and reads one value as cookies that no script sees; a long one takes several. */
export interface CookieJar {
  read(request: FastifyRequest): string | undefined
  /** Throws a Refusal where it is too long for a browser. */
  write(request: FastifyRequest, reply: FastifyReply, value: string, seconds: number): void
  clear(request: FastifyRequest, reply: FastifyReply): void
}

/**
 * With https the name begins with __Host-: no other host, path or plain connection can have set it. Without, the port is part of it: browsers send
 * the cookies of one server on a machine to every other there, and two dashboards would log each other out.
 */
export function cookieJar(name: string, isSecure: (request: FastifyRequest) => boolean): CookieJar {
  const nameOf = (request: FastifyRequest, piece: number): string =>
    `${isSecure(request) ? `__Host-${name}` : `${name}-${portOf(request)}`}${piece === 0 ? '' : `.${piece}`}`
  const set = (request: FastifyRequest, reply: FastifyReply, piece: number, value: string, seconds: number) => {
    const secure = isSecure(request) ? '; Secure' : ''
    reply.header('set-cookie', `${nameOf(request, piece)}=${value}; Max-Age=${seconds}; Path=/; HttpOnly${secure}; SameSite=Lax`)
  }
  const piecesOf = (request: FastifyRequest): string[] => {
    const sent = cookiesOf(request)
    const pieces: string[] = []
    for (let piece = sent.get(nameOf(request, 0)); piece !== undefined; piece = sent.get(nameOf(request, pieces.length))) pieces.push(piece)
    return pieces
  }
  const clearFrom = (request: FastifyRequest, reply: FastifyReply, first: number) => {
    for (let piece = first; piece < piecesOf(request).length; piece++) set(request, reply, piece, '', 0)
  }
  return {
    read(request) {
      const pieces = piecesOf(request)
      return pieces.length === 0 ? undefined : pieces.join('')
    },
    write(request, reply, value, seconds) {
      if (value.length > largest) {
        const size = `${Math.ceil(value.length / 1_024)} KiB`
        throw new Refusal(
          'SERIN-413-SIZE',
          `What a session would keep is ${size}, and browsers keep 12: use a shorter token, or be in fewer groups.`,
        )
      }
      const pieces = value.match(new RegExp(`.{1,${pieceSize}}`, 'g')) ?? []
      for (const [index, piece] of pieces.entries()) set(request, reply, index, piece, seconds)
      clearFrom(request, reply, pieces.length)
    },
    clear: (request, reply) => clearFrom(request, reply, 0),
  }
}

const portOf = ({ host }: FastifyRequest): string => /:(\d{1,5})$/.exec(host)?.[1] ?? '80'

/** Of two with one name the first counts: browsers send the one of the longer path first, and ours have none. */
function cookiesOf({ headers }: FastifyRequest): Map<string, string> {
  const found = new Map<string, string>()
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [name = '', ...value] = pair.split('=')
    if (!found.has(name.trim())) found.set(name.trim(), value.join('=').trim())
  }
  return found
}
