import { type ApiCall, type ApiResult, type Json, UnexpectedAnswer, type WatchEvent } from '../cluster/apiClient.ts'
import type { UserName } from '../cluster/users.ts'
import { Normaliser } from './normalise.ts'
import { apiVersionOf, type Kind, pathOf, pathOfObject } from './resource.ts'
import type { Target } from './target.ts'

export type Patch = 'json' | 'merge' | 'strategic' | 'apply'

const patchTypes: Record<Patch, string> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
}

export interface CallOptions {
  as?: UserName
  /** Query parameters. */
  query?: Record<string, string | number | boolean>
  subresource?: string
  headers?: Record<string, string>
  /** Left out of the record, for preparations that other cases look at. */
  quiet?: boolean
  /** What of an accepted object is recorded, when controllers write the rest at moments of their own. */
  show?: (object: Json) => unknown
}

/** A reference to an object of the case's namespace. */
export type Reference = { kind: Kind; name: string; namespace?: string }

/** What happened in a case, as compared between clusters. */
export type Transcript = Json[]

export interface WatchHandle {
  /** The next event, waiting for it; undefined when the watch has ended. */
  next(): Promise<WatchEvent | undefined>
  stop(): void
}

/** The hands of a case: every call goes to the cluster and, answer and all, into the record. */
export class CaseContext {
  readonly target: Target
  readonly namespace: string
  /** Part of every name outside the namespace, so that runs do not meet. */
  readonly suffix: string
  readonly transcript: Transcript = []
  readonly #normaliser: Normaliser
  readonly #cleanups: (() => unknown)[] = []

  constructor(target: Target, { namespace, suffix, managedFields }: { namespace: string; suffix: string; managedFields: boolean }) {
    this.target = target
    this.namespace = namespace
    this.suffix = suffix
    this.#normaliser = new Normaliser({ [namespace]: '<namespace>', [suffix]: '<suffix>' }, { managedFields })
  }

  /** Any call at all. Never throws for a refusal. */
  async send(call: ApiCall, { as = 'admin', quiet = false, show }: CallOptions = {}): Promise<ApiResult> {
    const result = await this.target.client(as).send(call)
    this.#normaliser.learn(result.json)
    if (!quiet) {
      const warning = result.headers.warning ? { warning: result.headers.warning } : {}
      this.observe(`${as}: ${call.method} ${call.path}`, {
        status: result.status,
        ...warning,
        body: show && result.status < 400 ? show(result.json) : result.json,
      })
    }
    return result
  }

  create(object: Json, options: CallOptions = {}): Promise<ApiResult> {
    const whole = this.whole(object)
    const path = pathOf(
      whole.kind,
      whole.metadata.namespace ?? this.namespace,
      options.subresource && `${whole.metadata.name}/${options.subresource}`,
    )
    return this.send({ method: 'POST', path: withQuery(path, options.query), headers: options.headers, body: whole }, options)
  }

  get(reference: Reference, options: CallOptions = {}): Promise<ApiResult> {
    return this.send({ method: 'GET', path: this.#path(reference, options), headers: options.headers }, options)
  }

  list(kind: Kind, options: CallOptions = {}): Promise<ApiResult> {
    return this.send({ method: 'GET', path: withQuery(pathOf(kind, this.namespace), options.query), headers: options.headers }, options)
  }

  update(object: Json, options: CallOptions = {}): Promise<ApiResult> {
    const path = pathOfObject(object, this.namespace) + (options.subresource ? `/${options.subresource}` : '')
    return this.send({ method: 'PUT', path: withQuery(path, options.query), body: object }, options)
  }

  patch(reference: Reference, type: Patch, body: unknown, options: CallOptions = {}): Promise<ApiResult> {
    const headers = { 'content-type': patchTypes[type] }
    return this.send({ method: 'PATCH', path: this.#path(reference, options), headers, body }, options)
  }

  /** Server-side apply. */
  apply(object: Json, manager: string, options: CallOptions & { force?: boolean } = {}): Promise<ApiResult> {
    const whole = this.whole(object)
    const query = { fieldManager: manager, ...(options.force ? { force: true } : {}), ...options.query }
    return this.patch({ kind: whole.kind, name: whole.metadata.name, namespace: whole.metadata.namespace }, 'apply', whole, {
      ...options,
      query,
    })
  }

  delete(reference: Reference, body?: Json, options: CallOptions = {}): Promise<ApiResult> {
    return this.send({ method: 'DELETE', path: this.#path(reference, options), body }, options)
  }

  /** The object as it is now, without a record; undefined when it is not there. */
  async read(reference: Reference): Promise<Json | undefined> {
    const call: ApiCall = { method: 'GET', path: this.#path(reference, {}) }
    const result = await this.target.client('admin').send(call)
    if (result.status === 404) return undefined
    if (result.status >= 400) throw new UnexpectedAnswer(call, result)
    this.#normaliser.learn(result.json)
    return result.json
  }

  /** The items of a kind in the namespace, without a record. */
  async items(kind: Kind, labelSelector?: string): Promise<Json[]> {
    const path = withQuery(pathOf(kind, this.namespace), labelSelector ? { labelSelector } : undefined)
    const result = await this.target.client('admin').send({ method: 'GET', path })
    if (result.status >= 400) throw new UnexpectedAnswer({ method: 'GET', path }, result)
    this.#normaliser.learn(result.json)
    return result.json.items
  }

  /** Creates without a record; throws when refused. */
  async prepare(...objects: Json[]): Promise<Json[]> {
    const created: Json[] = []
    for (const object of objects) {
      const result = await this.create(object, { quiet: true })
      if (result.status >= 400) throw new UnexpectedAnswer({ method: 'POST', path: `${object.kind} ${object.metadata.name}` }, result)
      created.push(result.json)
    }
    return created
  }

  /** Puts a fact into the record. */
  observe(what: string, fact: unknown): void {
    this.transcript.push(this.#normaliser.normalise({ what, fact }))
  }

  /** Asks until there is an answer other than undefined or false; the cluster's time goes by meanwhile. */
  async eventually<T>(what: string, ask: () => Promise<T | undefined | false>, withinMs = 15_000): Promise<T> {
    const pause = 50
    for (let waited = 0; waited <= withinMs; waited += pause) {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
      await this.target.pass(pause)
    }
    throw new Error(`${what}: not within ${withinMs} ms`)
  }

  /** Lets the time go by and checks that the fact holds all along. */
  async always(what: string, forMs: number, ask: () => Promise<boolean>): Promise<void> {
    for (let waited = 0; waited <= forMs; waited += 100) {
      if (!(await ask())) throw new Error(`${what}: no longer after ${waited} ms`)
      await this.target.pass(100)
    }
  }

  /** Opens a watch; ends with the case at the latest. */
  watch(kind: Kind, query: CallOptions['query'] = {}): WatchHandle {
    const stopping = new AbortController()
    const path = withQuery(pathOf(kind, this.namespace), { watch: true, ...query })
    const events = this.target.client('admin').watch(path, stopping.signal)
    this.#cleanups.push(() => stopping.abort())
    return {
      next: async () => {
        let result: IteratorResult<WatchEvent> | undefined
        void events.next().then((next) => {
          result = next
        })
        for (let waited = 0; !result && waited <= 10_000; waited += 20) await this.target.pass(20)
        if (!result) throw new Error(`watch ${path}: no event within 10 s`)
        return result.value ?? undefined
      },
      stop: () => stopping.abort(),
    }
  }

  /** Runs at the end of the case, last first. */
  onEnd(cleanup: () => unknown): void {
    this.#cleanups.push(cleanup)
  }

  async end(): Promise<void> {
    for (const cleanup of this.#cleanups.reverse()) await cleanup()
  }

  /** The object with apiVersion, and with the case's namespace named. */
  whole(object: Json): Json {
    return { apiVersion: apiVersionOf(object.kind), ...object }
  }

  #path({ kind, name, namespace = this.namespace }: Reference, { subresource, query }: CallOptions): string {
    return withQuery(`${pathOf(kind, namespace, name)}${subresource ? `/${subresource}` : ''}`, query)
  }
}

function withQuery(path: string, query: CallOptions['query']): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) parameters.set(name, String(value))
  return parameters.size > 0 ? `${path}?${parameters}` : path
}
