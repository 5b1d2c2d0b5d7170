import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Answers with a value as JSON and its ETag, or with 304 when the client has it already. The value goes out as it is: checking a long list
 * against its schema once more would cost more than making it.
 */
export function answerTagged(request: FastifyRequest, reply: FastifyReply, value: unknown): FastifyReply {
  const text = JSON.stringify(value)
  const tag = `W/"${createHash('sha1').update(text).digest('base64url')}"`
  reply.header('etag', tag)
  if (matches(request.headers['if-none-match'], tag)) return reply.code(304).send()
  return reply.type('application/json; charset=utf-8').send(text)
}

/** If-None-Match: one of the tags, compared weakly. */
function matches(asked: string | undefined, tag: string): boolean {
  return asked?.split(',').some((one) => one.trim() === tag || `W/${one.trim()}` === tag) ?? false
}
