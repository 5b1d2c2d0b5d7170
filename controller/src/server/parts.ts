import type { Clock } from '../clock.ts'
import type { Log } from '../kube/log.ts'
import type { KubeClient, Transport } from '../kube/types.ts'
import type { DemoVersion } from './dto/demo.ts'
import type { Release } from './dto/release.ts'
import type { OneTimeCodes } from './login/codes.ts'
import type { LoginOptions } from './login/options.ts'
import type { ServerMetrics } from './plumbing/metrics.ts'
import type { Rates } from './plumbing/rates.ts'
import type { StreamLimits } from './stream/streams.ts'

/** A person, or a machine, as Kubernetes knows it. */
export interface Person {
  username: string
  groups: readonly string[]
  uid?: string
}

/** How requests are made in somebody's name. `own`: the server runs as this very person, on a laptop. */
export type Credentials = { by: 'token'; token: string } | { by: 'impersonation' } | { by: 'own' }

/** Who sent a request, known from its session. */
export interface Caller {
  person: Person
  credentials: Credentials
  method: 'oidc' | 'token' | 'kubeconfig' | 'proxy' | 'demo'
  /** Milliseconds since the epoch. */
  expiresAt?: number
  csrf: string
}

/** What somebody wants to do, in the words of a SubjectAccessReview. */
export interface Attributes {
  verb: string
  group: string
  resource: string
  subresource?: string
  /** Absent: in all namespaces. */
  namespace?: string
  name?: string
}

export interface Answer {
  allowed: boolean
  /** Why not, in the API server's words, if it said so. */
  because?: string
}

/** What people may do, and requests in their name. */
export interface Authority {
  /** Asks the API server; an answer is kept for some seconds. Throws what the client throws when there is none. */
  may(person: Person, wanted: Attributes): Promise<Answer>
  /** Requests as the person; each carries `requestId` into the audit log. Throws a Refusal for one who may not be impersonated, or when nothing can be changed here. */
  as(caller: Caller, requestId: string): KubeClient
}

/** The releases that this server follows, and what changes among them. */
export interface Releases {
  get(namespace: string, name: string): Release | undefined
  all(): Iterable<Release>
  /** Resolves when the first list is there. */
  synced(): Promise<void>
  isSynced(): boolean
  /** Called after each change; `gone` with the last that was known. Returns how to stop. */
  onChange(listener: (change: { release: Release; gone: boolean }) => void): () => void
  stop(): Promise<void>
}

/** What logging in takes besides. */
export interface LoginParts {
  options: LoginOptions
  /** To the cluster without any credentials of ours: asks whose a token is. */
  bare: Transport
  /** For the link that `serin dashboard` prints; the composition root asks for a code. */
  codes?: OneTimeCodes
}

/** What the server is made of. The composition roots (dashboardMain.ts, `serin dashboard`, the demo, tests) put it together. */
export interface Parts {
  /** As the server's own ServiceAccount: reads, after the person's right to them was asked for. */
  client: KubeClient
  /** The same, for reviews and for lists that the client has no verb for. */
  transport: Transport
  releases: Releases
  authority: Authority
  /** How people log in; absent: nobody can. */
  login?: LoginParts
  clock: Clock
  log: Log
  options: Options
  /** Counts what this server does; absent: nobody asks. */
  metrics?: ServerMetrics
  /** In a demo: what can be shipped by buttons. */
  demo?: DemoParts
}

/** Services of a demo, and the images that there are of them. */
export interface DemoParts {
  namespace: string
  /** Names of Deployments. */
  services: readonly string[]
  /** Of several, the first that is not there already is shipped. */
  images(service: string, version: DemoVersion): readonly string[]
}

export interface Options {
  /** Name of the installation, for titles. */
  installation: string
  /** The label whose value is the team of a Rollout. */
  teamLabel: string
  readOnly: boolean
  /** Addresses under which people open it, e.g. https://serin.example.org; anything else is refused as origin. Absent: the address it listens on. */
  origin?: string
  /** Folder with the built page; absent: only the API. */
  page?: string
  /** Certificate and key (PEM), to speak TLS itself; absent: plain HTTP. */
  tls?: { cert: string; key: string }
  /** Where only its namespaces are looked at. */
  namespace?: string
  /** Proxies whose x-forwarded-for is believed, as addresses or CIDRs; absent: none, the address of a request is that of its connection. */
  trustProxy?: readonly string[]
  /** How many pages may be open. */
  streams?: StreamLimits
  /** Requests a minute; for what is not said, the usual limits. */
  rates?: Partial<Rates>
}
