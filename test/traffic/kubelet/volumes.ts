import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ApiClient, type Json, succeed } from '../../cluster/apiClient.ts'

/** Where the files of a volume go, and where the pod sees them. */
export interface Mount {
  from: string
  to: string
}

/** The value of a downward API reference, '' for what the pod does not have. */
export function fieldOf(pod: Json, path: string, facts: { podIP: string; hostIP: string }): string {
  const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? []
  if (map && key) return pod.metadata[map]?.[key] ?? ''
  const { name, namespace, uid } = pod.metadata
  const values: Record<string, string> = {
    'metadata.name': name,
    'metadata.namespace': namespace,
    'metadata.uid': uid,
    'spec.nodeName': pod.spec.nodeName ?? '',
    'spec.serviceAccountName': pod.spec.serviceAccountName ?? 'default',
    'status.podIP': facts.podIP,
    'status.hostIP': facts.hostIP,
  }
  return values[path] ?? ''
}

/** Writes the volumes below `dir`. Knows emptyDir, configMap, secret, downwardAPI, and those projected, with service account tokens. */
export async function writeVolumes(client: ApiClient, pod: Json, dir: string, field: (path: string) => string): Promise<Mount[]> {
  const { namespace, name, uid } = pod.metadata
  const get = (path: string) => succeed(client, { method: 'GET', path: `/api/v1/namespaces/${namespace}/${path}` })

  async function fill(folder: string, source: Json): Promise<void> {
    const put = (path: string, content: string | Buffer) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
    const { configMap, secret, serviceAccountToken, downwardAPI } = source
    if (configMap) {
      const { data = {} } = await get(`configmaps/${configMap.name}`)
      for (const { key, path } of configMap.items ?? wholeOf(data)) put(path, data[key])
    }
    if (secret) {
      const { data = {} } = await get(`secrets/${secret.secretName ?? secret.name}`)
      for (const { key, path } of secret.items ?? wholeOf(data)) put(path, Buffer.from(data[key], 'base64'))
    }
    if (serviceAccountToken) {
      const { audience, expirationSeconds, path } = serviceAccountToken
      const { status } = await succeed(client, {
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/serviceaccounts/${pod.spec.serviceAccountName ?? 'default'}/token`,
        body: {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: { audiences: audience ? [audience] : [], expirationSeconds, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid } },
        },
      })
      put(path, status.token)
    }
    for (const { path, fieldRef } of downwardAPI?.items ?? []) put(path, field(fieldRef?.fieldPath ?? ''))
  }

  const folders = new Map<string, string>()
  for (const volume of pod.spec.volumes ?? []) {
    const folder = join(dir, volume.name)
    mkdirSync(folder, { recursive: true })
    folders.set(volume.name, folder)
    for (const source of [volume, ...(volume.projected?.sources ?? [])]) await fill(folder, source)
  }
  return pod.spec.containers.flatMap((container: Json) =>
    (container.volumeMounts ?? []).map(({ name, subPath = '', mountPath }: Json) => {
      const folder = folders.get(name)
      if (!folder) throw new Error(`container ${container.name} mounts ${name}, which is no volume of its pod`)
      return { from: join(folder, subPath), to: mountPath }
    }),
  )
}

const wholeOf = (data: Json): { key: string; path: string }[] => Object.keys(data).map((key) => ({ key, path: key }))
