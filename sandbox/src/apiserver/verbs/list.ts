import { Buffer } from 'node:buffer'
import { ApiError, type Obj } from '../../types.ts'
import type { Core } from '../core.ts'
import { badRequest, expiredList, futureRevision, invalidOptions } from '../errors.ts'
import { at, isRecord } from '../json.ts'
import type { ServedKind } from '../kind.ts'
import { type Selection, selected } from '../selection.ts'
import { objectKey } from '../store.ts'
import { viewed } from '../views.ts'

export interface ListOptions extends Selection {
  /** Objects a page; 0 or absent: all. */
  limit?: number
  continue?: string
  resourceVersion?: string
  resourceVersionMatch?: string
}

export interface Page {
  items: Obj[]
  /** The revision all pages of this list show. */
  revision: number
  continue?: string
  /** How many objects come after this page, when that is known. */
  remaining?: number
}

/**
 * A list, or a page of one. All pages show the state at the first page's revision; when history no longer reaches back
 * to it the next page is refused with ApiError 410 Expired.
 */
export function listed(core: Core, kind: ServedKind, options: ListOptions): Page {
  const matches = selected(kind, options)
  const filtered = Boolean(options.labelSelector || options.fieldSelector)
  const token = options.continue ? parsedToken(options.continue) : undefined
  const revision = token ? tokenRevision(core, token) : listRevision(core, options)
  const { store } = core
  const namespace = kind.namespaced ? options.namespace : undefined
  const current = revision === store.revision()
  const all = current ? store.list(kind.bucket, namespace) : store.listAt(kind.bucket, revision)
  if (!all) throw token ? expiredToken(token) : expiredList()

  const limit = options.limit && options.limit > 0 ? options.limit : Number.POSITIVE_INFINITY
  const items: Obj[] = []
  for (let index = token ? firstAfter(all, token.after) : 0; index < all.length; index++) {
    const object = all[index]
    if (!object) break
    const view = viewed(kind, object)
    if (!matches(view)) continue
    if (items.length < limit) {
      items.push(view)
      continue
    }
    const last = items.at(-1)
    const after = last ? objectKey(last.metadata.namespace, last.metadata.name) : ''
    const page: Page = { items, revision, continue: written({ revision, after }) }
    if (!filtered && (current || !namespace)) page.remaining = all.length - index
    return page
  }
  return { items, revision }
}

function firstAfter(objects: readonly Obj[], key: string): number {
  let low = 0
  let high = objects.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const object = objects[middle]
    if (object && objectKey(object.metadata.namespace, object.metadata.name) <= key) low = middle + 1
    else high = middle
  }
  return low
}

function listRevision(core: Core, { resourceVersion, resourceVersionMatch }: ListOptions): number {
  const current = core.store.revision()
  if (resourceVersionMatch !== undefined && resourceVersionMatch !== '') {
    const refused = (why: string) => invalidOptions('ListOptions', 'resourceVersionMatch', 'FieldValueForbidden', `Forbidden: ${why}`)
    if (!resourceVersion) throw refused('resourceVersionMatch is forbidden unless resourceVersion is provided')
    if (resourceVersionMatch === 'Exact' && resourceVersion === '0')
      throw refused('resourceVersionMatch "exact" is forbidden for resourceVersion "0"')
    if (resourceVersionMatch !== 'Exact' && resourceVersionMatch !== 'NotOlderThan') {
      const message = `Unsupported value: "${resourceVersionMatch}": supported values: "Exact", "NotOlderThan", ""`
      throw invalidOptions('ListOptions', 'resourceVersionMatch', 'FieldValueNotSupported', message)
    }
  }
  if (!resourceVersion || resourceVersion === '0') return current
  const wanted = parsedRevision(resourceVersion)
  if (wanted > current) throw futureRevision(wanted, current)
  return resourceVersionMatch === 'Exact' ? wanted : current
}

/** A list that cannot go on as it began; the token goes on in the state of now. */
class ExpiredListError extends ApiError {
  readonly continue: string
  constructor(message: string, token: string) {
    super(410, 'Expired', message)
    this.continue = token
  }
}

/** A resourceVersion from a query. Throws ApiError 400. */
export function parsedRevision(text: string): number {
  if (!/^\d+$/.test(text))
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
    )
  return Number(text)
}

interface Token {
  /** 0: continue in the state of now, after the first list's state was forgotten. */
  revision: number
  after: string
}

function written({ revision, after }: Token): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `${after}\u0000` })).toString('base64url')
}

function parsedToken(text: string): Token {
  const plain = Buffer.from(text, 'base64url').toString('latin1')
  const refused = (why: string) => badRequest(`invalid continue token: continue key is not valid: ${why}`)
  let token: unknown
  try {
    token = JSON.parse(plain)
  } catch {
    const first = plain[0] ?? ''
    const code = first.charCodeAt(0)
    throw refused(`invalid character '${code > 126 ? `\\u${code.toString(16).padStart(4, '0')}` : first}' looking for beginning of value`)
  }
  const start = at(token, ['start'])
  const revision = at(token, ['rv'])
  if (!isRecord(token) || token.v !== 'meta.k8s.io/v1') throw refused('the encoded continue token has an unknown version')
  if (typeof start !== 'string' || !start.endsWith('\u0000') || typeof revision !== 'number')
    throw refused('the encoded continue token has no start')
  return { revision, after: start.slice(0, -1) }
}

function tokenRevision(core: Core, token: Token): number {
  if (token.revision === 0) return core.store.revision()
  if (token.revision > core.store.revision()) throw expiredToken(token)
  return token.revision
}

function expiredToken({ after }: Token): ApiError {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'
  return new ExpiredListError(message, written({ revision: 0, after }))
}
