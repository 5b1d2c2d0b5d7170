import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../problems.ts'

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether a request only looks. */
export const onlyLooks = ({ method }: Pick<FastifyRequest, 'method'>): boolean => safe.has(method)

/**
 * Throws a Refusal for a request that a browser sends for another page. Every browser says where a request comes from that changes something;
 * one that says nothing is no browser, or brings the token of the session besides.
 */
export function checkOrigin({ headers }: FastifyRequest, origin: string): void {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw foreign(`of another site (${shown(String(site))})`)
  if (headers.origin !== undefined && headers.origin !== origin) throw foreign(`at ${shown(headers.origin)}; this one is ${origin}`)
}

const foreign = (where: string) => new Refusal('SERIN-403-CSRF', `It was sent by a page ${where}. Reload the page and try again.`)

const shown = (text: string): string => JSON.stringify(text.slice(0, 100))
