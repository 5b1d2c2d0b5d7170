import type { ApiResponse } from '../types.ts'
import { answer, jsonAnswer, streamAnswer, textAnswer, warningHeaders } from './answer.ts'
import type { Call } from './core.ts'
import { badRequest, deletedStatus, methodNotAllowed } from './errors.ts'
import { frozen } from './json.ts'
import { bodyOf, callOf, permit, type ResourceRequest, rendering, targetOf, written } from './resourceRequest.ts'
import { reviewed } from './reviews.ts'
import { subresourceAnswer } from './subresourceRoutes.ts'
import { stored } from './verbs/access.ts'
import { created } from './verbs/create.ts'
import { deleted, deletionOf } from './verbs/delete.ts'
import { type ListOptions, listed } from './verbs/list.ts'
import { patched, patchType } from './verbs/patch.ts'
import { updated } from './verbs/update.ts'
import { type WatchOptions, watched } from './verbs/watch.ts'
import { viewed } from './views.ts'

/** Serves a request about a resource. Throws ApiError. */
export function resourceAnswer(asked: ResourceRequest): ApiResponse {
  const { address, request, kind } = asked
  if (address.subresource !== undefined) return subresourceAnswer(asked)
  if (kind.namespaced && address.name !== undefined && address.namespace === undefined) return textAnswer(404, '404 page not found\n')
  switch (request.method) {
    case 'GET':
      return read(asked)
    case 'POST':
      return create(asked)
    case 'PUT':
      return put(asked)
    case 'PATCH':
      return patch(asked)
    case 'DELETE':
      return address.name === undefined ? deleteCollection(asked) : remove(asked)
  }
}

function read(asked: ResourceRequest): ApiResponse {
  const { core, kind, address } = asked
  if (kind.createOnly) throw methodNotAllowed()
  const watching = ['1', 'true'].includes(address.query.get('watch') ?? '')
  if (watching) return watch(asked)
  if (address.name === undefined) {
    permit(asked, 'list')
    return answer(200, rendering(asked).list(listed(core, kind, listOptions(asked))))
  }
  permit(asked, 'get')
  const { namespace, name } = targetOf(asked)
  return answer(200, rendering(asked).one(viewed(kind, stored(core, kind, namespace, name))))
}

function listOptions({ address: { query, namespace, name } }: ResourceRequest): ListOptions & WatchOptions {
  const text = (parameter: string): Record<string, string> => {
    const value = query.get(parameter)
    return value === null ? {} : { [parameter]: value }
  }
  const number = (parameter: string): Record<string, number> => {
    const value = query.get(parameter)
    if (value === null || value === '') return {}
    if (!/^\d+$/.test(value)) throw badRequest(`${parameter}: Invalid value: "${value}": not a number`)
    return { [parameter]: Number(value) }
  }
  const flag = (parameter: string): Record<string, boolean> => {
    const value = query.get(parameter)
    return value === null || value === '' ? {} : { [parameter]: value === 'true' || value === '1' }
  }
  return {
    ...(namespace ? { namespace } : {}),
    ...text('labelSelector'),
    ...text('fieldSelector'),
    ...text('continue'),
    ...text('resourceVersion'),
    ...text('resourceVersionMatch'),
    ...number('limit'),
    ...number('timeoutSeconds'),
    ...flag('allowWatchBookmarks'),
    ...flag('sendInitialEvents'),
    ...(name ? { fieldSelector: `metadata.name=${name}` } : {}),
  }
}

function watch(asked: ResourceRequest): ApiResponse {
  const { core, kind, request, open } = asked
  permit(asked, 'watch')
  const stream = watched(core, kind, listOptions(asked), rendering(asked), open)
  if (request.signal?.aborted) stream.end()
  else request.signal?.addEventListener('abort', () => stream.end(), { once: true })
  return streamAnswer(stream)
}

function create(asked: ResourceRequest): ApiResponse {
  const { core, kind, address, user } = asked
  if (address.name !== undefined) throw methodNotAllowed()
  permit(asked, 'create')
  if (kind.createOnly) return jsonAnswer(201, reviewed(core, kind, user, bodyOf(asked), asked.users, address.namespace))
  if (kind.namespaced && address.namespace === undefined) throw methodNotAllowed()
  const call = callOf(asked)
  return written(asked, 201, created(core, kind, kind.namespaced ? address.namespace : undefined, bodyOf(asked), call), call)
}

function put(asked: ResourceRequest): ApiResponse {
  const { core, kind } = asked
  if (kind.createOnly) throw methodNotAllowed()
  const target = targetOf(asked)
  permit(asked, 'update')
  const call = callOf(asked)
  return written(asked, 200, updated(core, kind, target, bodyOf(asked), call), call)
}

function patch(asked: ResourceRequest): ApiResponse {
  const { core, kind, headers, address } = asked
  if (kind.createOnly) throw methodNotAllowed()
  const target = targetOf(asked)
  permit(asked, 'patch')
  const type = patchType(headers['content-type'] ?? '', kind)
  const call = callOf(asked)
  if (type === 'apply') {
    call.manager = address.query.get('fieldManager') ?? ''
    const exists = core.store.get(kind.bucket, target.namespace, target.name)
    if (!exists) permit(asked, 'create')
  }
  const force = ['true', '1'].includes(address.query.get('force') ?? '')
  const { object, isNew } = patched(core, kind, target, { type, body: bodyOf(asked), force }, call)
  return written(asked, isNew ? 201 : 200, object, call)
}

function deletionAsked(asked: ResourceRequest) {
  const { request, address } = asked
  return deletionOf(request.body?.trim() ? bodyOf(asked) : undefined, address.query)
}

// Deleting one of these answers with the object even when it is gone at once.
const returnsObject = new Set(['pods', 'services', 'serviceaccounts'])

function remove(asked: ResourceRequest): ApiResponse {
  const { core, kind } = asked
  permit(asked, 'delete')
  const options = deletionAsked(asked)
  const call: Call = { ...callOf(asked), dryRun: options.dryRun }
  const { object, gone } = deleted(core, kind, targetOf(asked), options, call)
  if (gone && !returnsObject.has(kind.bucket)) return jsonAnswer(200, deletedStatus(kind, object), warningHeaders(call.warnings))
  return written(asked, 200, object, call)
}

function deleteCollection(asked: ResourceRequest): ApiResponse {
  const { core, kind } = asked
  if (kind.createOnly) throw methodNotAllowed()
  permit(asked, 'deletecollection')
  const options = deletionAsked(asked)
  const call: Call = { ...callOf(asked), dryRun: options.dryRun }
  const page = listed(core, kind, listOptions(asked))
  const items = page.items.map((object) => {
    const { namespace, name } = object.metadata
    return frozen(deleted(core, kind, { namespace, name }, options, call).object)
  })
  return answer(200, rendering(asked).list({ ...page, items }), warningHeaders(call.warnings))
}
