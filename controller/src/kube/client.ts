import { exchange, exchangeJson } from './body.ts'
import type { Discovery } from './discovery.ts'
import { KubeError } from './errors.ts'
import { queryString, resourcePath } from './paths.ts'
import { type TypeTable, typeTable } from './resources.ts'
import type { JsonPatchOp, KubeClient, KubeObject, Ref, ResourceType, Transport, WriteOptions } from './types.ts'

export interface ClientOptions {
  /** The name under which the API server records the fields we set. */
  fieldManager: string
  /** Kinds that need no question to the server. Default: those of resources.ts. */
  types?: TypeTable
  /** Where kinds outside the table are looked up; without it they fail with reason 'UnknownKind'. */
  discovery?: Discovery
}

const pageSize = 500

/** The verbs of KubeClient over a transport. Retries nothing beyond what the transport does. */
export function kubeClient(transport: Transport, options: ClientOptions): KubeClient {
  const { fieldManager, types = typeTable(), discovery } = options

  const typeOf = async (of: { apiVersion: string; kind: string }): Promise<ResourceType> => {
    const type = types.find(of.apiVersion, of.kind) ?? (await discovery?.type(of.apiVersion, of.kind))
    if (type) return type
    const message = `the API server serves no kind ${of.kind} in ${of.apiVersion}`
    throw new KubeError({ status: 0, reason: 'UnknownKind', message })
  }
  const pathOf = async (ref: Ref, subresource?: string): Promise<string> =>
    resourcePath(await typeOf(ref), { ...ref, ...(subresource ? { subresource } : {}) })
  const writeQuery = (write: WriteOptions, more: Record<string, boolean> = {}) =>
    queryString({ fieldManager, dryRun: write.dryRun ? 'All' : undefined, ...more })

  const change = async (ref: Ref, contentType: string, body: unknown, write: WriteOptions, more: { force?: boolean; tested?: boolean }) => {
    const path = await pathOf(ref, write.subresource)
    const query = writeQuery(write, more.force ? { force: true } : {})
    const request = {
      method: 'PATCH' as const,
      path: path + query,
      headers: { 'content-type': contentType },
      body: JSON.stringify(body),
      ...(write.signal ? { signal: write.signal } : {}),
    }
    return (await exchangeJson(transport, request, { tested: more.tested ?? false })) as KubeObject
  }

  return {
    async get(ref, read = {}) {
      try {
        return (await exchangeJson(transport, { method: 'GET', path: await pathOf(ref), ...read })) as KubeObject
      } catch (error) {
        if (error instanceof KubeError && error.notFound) return undefined
        throw error
      }
    },

    async list(of, { namespace, labelSelector, fieldSelector, signal } = {}) {
      const path = resourcePath(await typeOf(of), namespace ? { namespace } : {})
      const objects: KubeObject[] = []
      let token: string | undefined
      do {
        const query = queryString({ labelSelector, fieldSelector, limit: pageSize, continue: token })
        const request = { method: 'GET' as const, path: path + query, ...(signal ? { signal } : {}) }
        const page = (await exchangeJson(transport, request)) as { items?: KubeObject[] | null; metadata?: { continue?: string } }
        // Items of a list carry no apiVersion and kind of their own.
        for (const item of page.items ?? []) objects.push({ ...item, apiVersion: of.apiVersion, kind: of.kind })
        token = page.metadata?.continue || undefined
      } while (token)
      return objects
    },

    async create(object, write = {}) {
      const path = resourcePath(await typeOf(object), {
        ...(object.metadata.namespace ? { namespace: object.metadata.namespace } : {}),
        ...(write.subresource ? { name: object.metadata.name, subresource: write.subresource } : {}),
      })
      return (await exchangeJson(transport, {
        method: 'POST',
        path: path + writeQuery(write),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(object),
        ...(write.signal ? { signal: write.signal } : {}),
      })) as KubeObject
    },

    async apply(object, write = {}) {
      return change(refOf(object), 'application/apply-patch+yaml', object, write, { force: write.force ?? false })
    },
    async patch(ref, ops, write = {}) {
      return change(ref, 'application/json-patch+json', ops, write, { tested: ops.some(isTest) })
    },
    async merge(ref, patch, write = {}) {
      return change(ref, 'application/merge-patch+json', patch, write, {})
    },

    async delete(ref, presumes = {}, read = {}) {
      const { uid, resourceVersion, propagation } = presumes
      const preconditions = { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) }
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        ...(uid || resourceVersion ? { preconditions } : {}),
        ...(propagation ? { propagationPolicy: propagation } : {}),
      }
      const request = {
        method: 'DELETE' as const,
        path: await pathOf(ref),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        ...read,
      }
      try {
        await exchange(transport, request)
      } catch (error) {
        if (!(error instanceof KubeError && error.notFound)) throw error
      }
    },
  }
}

/** What points at this object. */
export function refOf(object: KubeObject): Ref {
  const { apiVersion, kind } = object
  const { name, namespace } = object.metadata
  return namespace ? { apiVersion, kind, namespace, name } : { apiVersion, kind, name }
}

function isTest(op: JsonPatchOp): boolean {
  return op.op === 'test'
}
