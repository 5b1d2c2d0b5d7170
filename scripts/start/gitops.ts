import type { Sandbox } from '../../sandbox/src/sandbox.ts'
import type { Obj } from '../../sandbox/src/types.ts'
import { manifest, type ServiceName, serviceNames, withTag } from './services.ts'
import { users } from './users.ts'

/** A Git repository with the manifests of the shop, and the machine that makes the cluster look like it. */
export interface GitOps {
  /** Puts that tag into a service's manifest. Nothing is applied. */
  commit(service: ServiceName, tag: string): void
  /** Writes every object of the repository again: by forced server-side apply, or as `kubectl replace` does. Throws ApiError. */
  sync(how: 'apply' | 'replace'): void
}

export function gitOps({ api }: Sandbox): GitOps {
  const repository = new Map<string, Obj[]>([['gateway', manifest('gateway')]])
  for (const name of serviceNames) repository.set(name, manifest(name))
  const as = { as: users.gitops, fieldManager: 'gitops' }
  const targetOf = ({ apiVersion, kind, metadata }: Obj) => ({
    apiVersion,
    kind,
    name: metadata.name,
    ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
  })
  const replace = (object: Obj) => {
    const { apiVersion, kind, metadata } = object
    const present = api.get(apiVersion, kind, metadata.namespace, metadata.name)
    if (!present) api.create(object, as)
    else api.update({ ...object, metadata: { ...metadata, resourceVersion: present.metadata.resourceVersion } }, as)
  }
  return {
    commit: (service, tag) => void repository.set(service, withTag(manifest(service), tag)),
    sync(how) {
      for (const object of [...repository.values()].flat()) {
        if (how === 'apply') api.patch(targetOf(object), { type: 'apply', body: object, force: true }, as)
        else replace(object)
      }
    },
  }
}
