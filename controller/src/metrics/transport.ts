import type { SourceRequest, SourceResponse } from './provider.ts'

/** Certificates in PEM. */
export interface SourceTls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly serverName?: string
  readonly insecure?: boolean
}

export interface OutgoingRequest extends SourceRequest {
  readonly timeoutMs: number
  readonly tls?: SourceTls
  /**
   * Who wrote the address. `tenant`: somebody who may write objects in one namespace; addresses of the machine itself, of its link and of cloud
   * metadata are refused. `platform`: whoever may write cluster-wide objects; only cloud metadata is refused.
   */
  readonly reach: 'tenant' | 'platform'
}

/** Carries requests to sources and webhooks. The demo and tests put an in-process one in its place. */
export interface SourceTransport {
  /**
   * Answers of any status; redirects are not followed. Throws a SourceError: `refused` for an address that may not be reached (looked at after the
   * name is resolved, and the connection goes to that very address), `down` for no answer in time or an answer beyond 16 MiB.
   */
  send(request: OutgoingRequest): Promise<SourceResponse>
  close(): Promise<void>
}
