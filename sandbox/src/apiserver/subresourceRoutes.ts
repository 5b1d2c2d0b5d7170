import type { ApiResponse } from '../types.ts'
import { answer, jsonAnswer, textAnswer, warningHeaders } from './answer.ts'
import { badRequest, methodNotAllowed, unknownResource } from './errors.ts'
import type { ServedKind } from './kind.ts'
import { bodyOf, callOf, permit, type ResourceRequest, rendering, targetOf, written } from './resourceRequest.ts'
import { tokenFor } from './tokens.ts'
import { stored } from './verbs/access.ts'
import { type Patch, patched, patchType } from './verbs/patch.ts'
import { bound, evicted } from './verbs/pods.ts'
import { scaled, scaleOf } from './verbs/scale.ts'
import { updated } from './verbs/update.ts'
import { viewed } from './views.ts'

const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }

/** Serves a request about a subresource. Throws ApiError; what the kind does not have is not found. */
export function subresourceAnswer(asked: ResourceRequest): ApiResponse {
  const { kind, address } = asked
  const { subresource = '' } = address
  if (!kind.subresources.includes(subresource)) {
    if (kind.custom) return textAnswer(404, '404 page not found\n')
    throw unknownResource()
  }
  switch (subresource) {
    case 'status':
      return objectPart(asked)
    case 'finalize':
      return finalize(asked)
    case 'scale':
      return scale(asked)
    default:
      return posted(asked, subresource)
  }
}

function objectPart(asked: ResourceRequest): ApiResponse {
  const { core, kind, request } = asked
  const target = targetOf(asked)
  switch (request.method) {
    case 'GET':
      permit(asked, 'get')
      return answer(200, rendering(asked).one(viewed(kind, stored(core, kind, target.namespace, target.name))))
    case 'PUT': {
      permit(asked, 'update')
      const call = callOf(asked)
      return written(asked, 200, updated(core, kind, target, bodyOf(asked), call), call)
    }
    case 'PATCH': {
      permit(asked, 'patch')
      const call = callOf(asked)
      return written(asked, 200, patched(core, kind, target, patchAsked(asked, kind), call).object, call)
    }
    default:
      throw methodNotAllowed()
  }
}

function finalize(asked: ResourceRequest): ApiResponse {
  if (asked.request.method !== 'PUT') throw methodNotAllowed()
  return objectPart(asked)
}

function patchAsked(asked: ResourceRequest, kind: ServedKind): Patch {
  const { headers, address } = asked
  const force = ['true', '1'].includes(address.query.get('force') ?? '')
  return { type: patchType(headers['content-type'] ?? '', kind), body: bodyOf(asked), force }
}

function scale(asked: ResourceRequest): ApiResponse {
  const { core, kind, request } = asked
  const paths = kind.scale
  if (!paths) throw methodNotAllowed()
  const target = targetOf(asked)
  const call = callOf(asked)
  const write = (change: Patch | { put: unknown }): ApiResponse =>
    jsonAnswer(200, scaled(core, kind, paths, target, change, call), warningHeaders(call.warnings))
  switch (request.method) {
    case 'GET':
      permit(asked, 'get')
      return jsonAnswer(200, scaleOf(paths, viewed(kind, stored(core, kind, target.namespace, target.name))))
    case 'PUT':
      permit(asked, 'update')
      return write({ put: bodyOf(asked) })
    case 'PATCH': {
      permit(asked, 'patch')
      const patch = patchAsked(asked, { ...kind, custom: false })
      if (patch.type === 'apply') throw badRequest('server-side apply of a Scale is not served')
      return write(patch)
    }
    default:
      throw methodNotAllowed()
  }
}

function posted(asked: ResourceRequest, subresource: string): ApiResponse {
  const { core, kind, request, users } = asked
  if (request.method !== 'POST') throw methodNotAllowed()
  permit(asked, 'create')
  const target = targetOf(asked)
  const call = callOf(asked)
  switch (subresource) {
    case 'eviction':
      evicted(core, kind, target, bodyOf(asked), call)
      return jsonAnswer(201, success)
    case 'binding':
      bound(core, kind, target, bodyOf(asked), call)
      return jsonAnswer(201, success)
    case 'token':
      return jsonAnswer(201, tokenFor(core, kind, target, bodyOf(asked), users))
    default:
      throw methodNotAllowed()
  }
}
