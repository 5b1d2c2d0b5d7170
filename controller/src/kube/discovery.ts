import type { Clock } from '../clock.ts'
import { exchangeJson } from './body.ts'
import { KubeError } from './errors.ts'
import { splitApiVersion } from './resources.ts'
import type { ResourceType, Transport } from './types.ts'

/** What a cluster serves. Answers are remembered for a while; failures are not. Every method may throw a KubeError. */
export interface Discovery {
  /** The kind as served at exactly this apiVersion. */
  type(apiVersion: string, kind: string): Promise<ResourceType | undefined>
  /** Versions of a group, in the server's order of preference; empty when the group is not served. */
  versions(group: string): Promise<string[]>
  /** The kind at the most preferred version of its group that has it. */
  newest(group: string, kind: string): Promise<ResourceType | undefined>
  /** Forgets what is remembered, as after a CRD was installed. */
  forget(): void
}

/** Asks lazily, one group at a time: a handful of small requests instead of one for each group of the cluster. */
export function discover(transport: Transport, options: { clock: Clock; rememberMs?: number }): Discovery {
  const { clock, rememberMs = 300_000 } = options
  const memory = new Map<string, { value: Promise<unknown>; until: number }>()

  const remembered = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const known = memory.get(key)
    if (known && clock.now() < known.until) return known.value as Promise<T>
    const value = ask()
    memory.set(key, { value, until: clock.now() + rememberMs })
    value.catch(() => {
      if (memory.get(key)?.value === value) memory.delete(key)
    })
    return value
  }
  const get = async (path: string): Promise<unknown> => {
    try {
      return await exchangeJson(transport, { method: 'GET', path })
    } catch (error) {
      if (error instanceof KubeError && error.notFound) return undefined
      throw error
    }
  }
  const served = (apiVersion: string): Promise<ResourceType[]> =>
    remembered(`types ${apiVersion}`, async () =>
      typesOf(apiVersion, await get(`${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}`)),
    )
  const versions = (group: string): Promise<string[]> =>
    remembered(`versions ${group}`, async () => (group === '' ? ['v1'] : versionsOf(await get(`/apis/${encodeURIComponent(group)}`))))
  const type = async (apiVersion: string, kind: string) => (await served(apiVersion)).find((each) => each.kind === kind)

  return {
    type,
    versions,
    async newest(group, kind) {
      for (const version of await versions(group)) {
        const found = await type(group === '' ? version : `${group}/${version}`, kind)
        if (found) return found
      }
      return undefined
    },
    forget: () => memory.clear(),
  }
}

function typesOf(apiVersion: string, list: unknown): ResourceType[] {
  const resources = (list as { resources?: { name: string; kind: string; namespaced: boolean }[] } | undefined)?.resources ?? []
  return (
    resources
      // 'pods/status' and the like are subresources.
      .filter((resource) => !resource.name.includes('/'))
      .map(({ name, kind, namespaced }) => ({ ...splitApiVersion(apiVersion), kind, plural: name, namespaced }))
  )
}

function versionsOf(group: unknown): string[] {
  const found = group as { versions?: { version: string }[]; preferredVersion?: { version: string } } | undefined
  const preferred = found?.preferredVersion?.version
  const all = (found?.versions ?? []).map((each) => each.version)
  return preferred === undefined ? all : [preferred, ...all.filter((version) => version !== preferred)]
}
