import type { FastifyReply, FastifyRequest } from 'fastify'
import { programVersion } from '../cli/programVersion.ts'
import type { KubeObject } from '../kube/types.ts'

/** Whether the client has already what follows from these states of objects; then the answer is 304. `more`: what else the answer follows from. */
export function hasAlready(request: FastifyRequest, reply: FastifyReply, objects: readonly KubeObject[], more = ''): boolean {
  const tag = `"${objects.map(({ metadata }) => `${metadata.uid}.${metadata.resourceVersion}`).join('_')}-${programVersion}${more}"`
  reply.header('etag', tag)
  const asked = request.headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^W\//, ''))
  if (!asked?.includes(tag)) return false
  reply.code(304)
  return true
}
