import { ApiError, type Obj } from '../types.ts'
import { type Context, clusterUser, targetOf } from './context.ts'
import { createWorkSet } from './workSet.ts'

const user = clusterUser('namespace-controller')

/** Empties and then ends namespaces that are being deleted, and gives the others their default ServiceAccount, until the returned function is called. */
export function startNamespaces(ctx: Context): () => void {
  const queue = createWorkSet(ctx, 'namespace', (name) => sync(ctx, name))
  const stops = [
    ctx.store.on('Namespace', ({ object }) => queue.add(object.metadata.name)),
    ctx.store.on('*', ({ type, object }) => {
      const { namespace } = object.metadata
      if (type !== 'DELETED' || namespace === undefined) return
      const home = ctx.store.get('Namespace', `/${namespace}`)
      if (home?.metadata.deletionTimestamp || object.kind === 'ServiceAccount') queue.add(namespace)
    }),
  ]
  for (const namespace of ctx.store.list('Namespace')) queue.add(namespace.metadata.name)
  return () => {
    for (const stop of stops) stop()
    queue.stop()
  }
}

function sync(ctx: Context, name: string): undefined {
  const namespace = ctx.store.get('Namespace', `/${name}`)
  if (!namespace) return
  if (!namespace.metadata.deletionTimestamp) {
    if (!ctx.store.get('ServiceAccount', `${name}/default`)) {
      const metadata = { name: 'default', namespace: name } as Obj['metadata']
      ctx.api.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata }, { as: clusterUser('service-account-controller') })
    }
    return
  }
  const content = ctx.store.inNamespace(name)
  for (const object of content) {
    if (!object.metadata.deletionTimestamp) remove(ctx, object)
  }
  // pods end gracefully and finalizers take their time: their deletion wakes this again
  if (ctx.store.inNamespace(name).length === 0) finalize(ctx, namespace)
}

function remove(ctx: Context, object: Obj): void {
  try {
    ctx.api.delete(targetOf(object), { as: user, uid: object.metadata.uid, propagation: 'Background' })
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 404) throw error
  }
}

function finalize(ctx: Context, namespace: Obj): void {
  const finalizers = ((namespace.spec?.finalizers ?? []) as string[]).filter((name) => name !== 'kubernetes')
  ctx.api.update({ ...namespace, spec: { ...namespace.spec, finalizers } }, { subresource: 'finalize', as: user })
}
