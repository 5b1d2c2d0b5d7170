import type { Obj } from '../types.ts'
import { notAcceptable } from './errors.ts'
import { jsonText } from './json.ts'
import { apiVersionOf, type ServedKind } from './kind.ts'
import { type IncludeObject, partialMetadata, tableOf } from './table/table.ts'
import type { Page } from './verbs/list.ts'

/** How objects of a kind are written for one client. */
export interface Rendering {
  /** Names the form: equal names write equal text. */
  name: string
  contentType: string
  one(object: Obj): string
  event(object: object): string
  bookmark(object: object): string
  list(page: Page): string
}

export type Form = 'Object' | 'Table' | 'Metadata'

/** The form an Accept header asks for; the first acceptable one wins. Throws ApiError 406 when none is. */
export function acceptedForm(accept: string | undefined): Form {
  if (!accept) return 'Object'
  for (const item of accept.split(',')) {
    const [type = '', ...parameters] = item.split(';').map((part) => part.trim())
    if (!['application/json', 'application/*', '*/*'].includes(type)) continue
    const as = parameters.find((parameter) => parameter.startsWith('as='))?.slice(3)
    if (as === undefined) return 'Object'
    if (as === 'Table') return 'Table'
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'Metadata'
  }
  // Some tools send what a browser would; they read JSON.
  if (/text\/|application\/yaml/.test(accept)) return 'Object'
  throw notAcceptable()
}

/** Writes objects in a form. Ages in tables are told at the time of writing. */
export function renderingOf(kind: ServedKind, form: Form, now: () => number, include: IncludeObject = 'Metadata'): Rendering {
  switch (form) {
    case 'Object':
      return plain(kind)
    case 'Table':
      return table(kind, now, include)
    case 'Metadata':
      return metadataOnly(kind)
  }
}

function listMetadata(page: Page, custom = false): Record<string, unknown> {
  return {
    ...(custom && !page.continue ? { continue: '' } : {}),
    resourceVersion: String(page.revision),
    ...(page.continue ? { continue: page.continue } : {}),
    ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
  }
}

function plain(kind: ServedKind): Rendering {
  const apiVersion = apiVersionOf(kind)
  // Items of built-in lists carry neither kind nor apiVersion; both come first in every stored object.
  const prefix = `{"kind":${JSON.stringify(kind.kind)},"apiVersion":${JSON.stringify(apiVersion)},`
  const item = (object: Obj): string => {
    const text = jsonText(object)
    return !kind.custom && text.startsWith(prefix) ? `{${text.slice(prefix.length)}` : text
  }
  return {
    name: 'object',
    contentType: 'application/json',
    one: jsonText,
    event: jsonText,
    bookmark: jsonText,
    list(page) {
      const head = `{"kind":"${kind.listKind}","apiVersion":${JSON.stringify(apiVersion)},"metadata":${JSON.stringify(listMetadata(page, kind.custom))}`
      return `${head},"items":[${page.items.map(item).join(',')}]}`
    },
  }
}

function table(kind: ServedKind, now: () => number, include: IncludeObject): Rendering {
  const one = (object: object): string => {
    const { resourceVersion } = (object as Obj).metadata
    return JSON.stringify(tableOf(kind, [object as Obj], { resourceVersion }, now(), include))
  }
  return {
    name: `table ${include}`,
    contentType: 'application/json',
    one,
    event: one,
    bookmark: one,
    list: (page) => JSON.stringify(tableOf(kind, page.items, listMetadata(page), now(), include)),
  }
}

function metadataOnly(kind: ServedKind): Rendering {
  const one = (object: object): string => JSON.stringify(partialMetadata(object as Obj))
  return {
    name: 'metadata',
    contentType: 'application/json',
    one,
    event: one,
    bookmark: one,
    list(page) {
      const items = page.items.map((object) => (kind.custom ? partialMetadata(object) : { metadata: object.metadata }))
      return JSON.stringify({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: listMetadata(page), items })
    },
  }
}
