import type { Api, CallOptions, DeleteOptions } from '../api.ts'
import { parseLabelSelector } from '../objects/labelSelector.ts'
import type { Obj } from '../types.ts'
import { attributesOf, type Call, type Core, clusterUser } from './core.ts'
import { badRequest, unknownKind } from './errors.ts'
import type { ServedKind } from './kind.ts'
import { permitted } from './verbs/access.ts'
import { created } from './verbs/create.ts'
import { deleted } from './verbs/delete.ts'
import { patched } from './verbs/patch.ts'
import { scaled, scaleOf } from './verbs/scale.ts'
import { type Target, updated } from './verbs/update.ts'
import { viewed } from './views.ts'

/** The verbs without HTTP: synchronous, for controllers that live in the same process. Unknown kinds throw ApiError 404. */
export function inProcessApi(core: Core): Api {
  const kindOf = (apiVersion: string, kind: string): ServedKind => {
    const served = core.kinds.byKind(apiVersion, kind)
    if (!served) throw unknownKind(apiVersion, kind)
    return served
  }
  // Selectors repeat: a controller asks with the same few again and again.
  const selectors = new Map<string, ReturnType<typeof parseLabelSelector>>()
  const selector = (text: string): ReturnType<typeof parseLabelSelector> => {
    let parsed = selectors.get(text)
    if (!parsed) {
      if (selectors.size > 1000) selectors.clear()
      parsed = parseLabelSelector(text)
      selectors.set(text, parsed)
    }
    return parsed
  }
  const permit = (kind: ServedKind, verb: string, target: Partial<Target>, user: CallOptions['as']): void => {
    if (!user) return
    const { namespace, name, subresource } = target
    const where = { ...(namespace ? { namespace } : {}), ...(name ? { name } : {}), ...(subresource ? { subresource } : {}) }
    permitted(core, user, attributesOf(kind, verb, where))
  }

  return {
    get(apiVersion, kind, namespace, name) {
      const served = kindOf(apiVersion, kind)
      const object = core.store.get(served.bucket, served.namespaced ? namespace : undefined, name)
      return object && viewed(served, object)
    },
    scaleOf(apiVersion, kind, namespace, name) {
      const served = kindOf(apiVersion, kind)
      const object = served.scale && core.store.get(served.bucket, served.namespaced ? namespace : undefined, name)
      return served.scale && object && (scaleOf(served.scale, viewed(served, object)) as unknown as Obj)
    },
    list(apiVersion, kind, options = {}) {
      const served = kindOf(apiVersion, kind)
      const views = core.store
        .list(served.bucket, served.namespaced ? options.namespace : undefined)
        .map((object) => viewed(served, object))
      if (!options.labelSelector) return views
      const matches = selector(options.labelSelector)
      return views.filter((object) => matches(object.metadata.labels))
    },
    create(object, options = {}) {
      const kind = kindOf(object.apiVersion ?? '', object.kind ?? '')
      const namespace = kind.namespaced ? object.metadata?.namespace : undefined
      permit(kind, 'create', { namespace }, options.as)
      return created(core, kind, namespace, object, callOf(options))
    },
    update(object, options = {}) {
      const kind = kindOf(object.apiVersion, object.kind)
      const target = targetOf(kind, object.metadata, options.subresource)
      permit(kind, 'update', target, options.as)
      const call = callOf(options)
      if (options.subresource === 'scale') return rescaled(core, kind, target, { put: object }, call)
      return updated(core, kind, target, object, call, true)
    },
    patch(target, patch, options = {}) {
      const kind = kindOf(target.apiVersion, target.kind)
      const at = targetOf(kind, target, options.subresource)
      permit(kind, 'patch', at, options.as)
      const call = callOf(options)
      if (options.subresource === 'scale') return rescaled(core, kind, at, patch, call)
      return patched(core, kind, at, patch, call).object
    },
    delete(target, options = {}) {
      const kind = kindOf(target.apiVersion, target.kind)
      const at = targetOf(kind, target, undefined)
      permit(kind, 'delete', at, options.as)
      deleted(core, kind, at, deletion(options), callOf(options))
    },
    onChange(fn) {
      return core.store.onCommit((_bucket, { type, object, old }) => fn(old ? { type, object, old } : { type, object }))
    },
  }
}

function targetOf(kind: ServedKind, { namespace, name }: { namespace?: string; name: string }, subresource: string | undefined): Target {
  if (!name) throw badRequest('an object needs a name to be written')
  return { namespace: kind.namespaced ? namespace : undefined, name, ...(subresource ? { subresource } : {}) }
}

/** Writes through the scale subresource; gives back the object itself, as every other call does. */
function rescaled(core: Core, kind: ServedKind, target: Target, change: Parameters<typeof scaled>[4], call: Call): Obj {
  if (!kind.scale) throw badRequest(`${kind.plural} cannot be scaled`)
  scaled(core, kind, kind.scale, target, change, call)
  const object = core.store.get(kind.bucket, target.namespace, target.name)
  if (!object) throw new Error('the scaled object is gone')
  return viewed(kind, object)
}

function callOf(options: CallOptions | DeleteOptions): Call {
  const manager = 'fieldManager' in options && options.fieldManager ? options.fieldManager : 'kube-controller-manager'
  return { user: options.as ?? clusterUser, dryRun: options.dryRun ?? false, manager, unknownFields: 'Ignore', warnings: [] }
}

function deletion({ uid, resourceVersion, propagation, gracePeriodSeconds }: DeleteOptions) {
  return {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(propagation === undefined ? {} : { propagation }),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
  }
}
