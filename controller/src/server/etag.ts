import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { programVersion } from '../cli/programVersion.ts'
import type { KubeObject } from '../kube/types.ts'

/**
 * Answers with a value as JSON and its ETag, or with 304 when the client has it already. The value goes out as it is: checking a long list
 * against its schema once more would cost more than making it.
 */
export function answerTagged(request: FastifyRequest, reply: FastifyReply, value: unknown): FastifyReply {
  const text = JSON.stringify(value)
  const tag = `W/"${createHash('sha1').update(text).digest('base64url')}"`
  if (isKnown(request, reply, tag)) return reply.send()
  return reply.type('application/json; charset=utf-8').send(text)
}

/** Whether the client has already what follows from these states of objects; then the answer is 304. `more`: what else the answer follows from. */
export function hasAlready(request: FastifyRequest, reply: FastifyReply, objects: readonly KubeObject[], more = ''): boolean {
  const states = objects.map(({ metadata }) => `${metadata.uid}.${metadata.resourceVersion}`).join('_')
  return isKnown(request, reply, `"${states}-${programVersion}${more}"`)
}

/** Gives the answer its tag. Where the client named it in If-None-Match, which compares weakly, the answer is 304. */
function isKnown({ headers }: FastifyRequest, reply: FastifyReply, tag: string): boolean {
  reply.header('etag', tag)
  const bare = (one: string) => one.trim().replace(/^W\//, '')
  const known = headers['if-none-match']?.split(',').some((one) => bare(one) === bare(tag)) ?? false
  if (known) reply.code(304)
  return known
}
