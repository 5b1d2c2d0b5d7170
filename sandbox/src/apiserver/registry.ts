import { builtinKinds } from './builtinKinds.ts'
import { apiVersionOf, type ServedKind } from './kind.ts'

/** The kinds served right now: the built-in ones and those of established CRDs. */
export interface Registry {
  byResource(group: string, version: string, plural: string): ServedKind | undefined
  byKind(apiVersion: string, kind: string): ServedKind | undefined
  all(): readonly ServedKind[]
  /** Any served version of a resource. */
  anyVersion(group: string, plural: string): ServedKind | undefined
  /** Replaces what a CRD serves; an empty list withdraws it. */
  setCustom(crd: string, kinds: readonly ServedKind[]): void
  /** Counts changes, for caches of discovery and documentation. */
  version(): number
}

export function createRegistry(): Registry {
  const builtin = builtinKinds()
  const custom = new Map<string, readonly ServedKind[]>()
  let all: ServedKind[] = []
  const resources = new Map<string, ServedKind>()
  const kinds = new Map<string, ServedKind>()
  let version = 0

  function index(): void {
    version++
    all = [...builtin, ...[...custom.values()].flat()]
    resources.clear()
    kinds.clear()
    for (const kind of all) {
      const gv = apiVersionOf(kind)
      resources.set(`${gv}/${kind.plural}`, kind)
      kinds.set(`${gv}/${kind.kind}`, kind)
    }
  }
  index()

  return {
    byResource: (group, wanted, plural) => resources.get(`${group ? `${group}/` : ''}${wanted}/${plural}`),
    byKind: (apiVersion, kind) => kinds.get(`${apiVersion}/${kind}`),
    all: () => all,
    anyVersion: (group, plural) => all.find((kind) => kind.group === group && kind.plural === plural),
    setCustom(crd, served) {
      if (served.length > 0) custom.set(crd, served)
      else if (!custom.delete(crd)) return
      index()
    },
    version: () => version,
  }
}
