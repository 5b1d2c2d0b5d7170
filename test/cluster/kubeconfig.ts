import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse, stringify } from 'yaml'
import type { Json } from './apiClient.ts'
import type { Credentials } from './httpsClient.ts'
import { testUsers, type UserName } from './users.ts'

/** A kubeconfig with one context, in which `token` speaks to the API server at `url`. */
export function kubeconfig({ url, ca, token }: { url: string; ca: string; token: string }): string {
  return withOneContext({ server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') }, { token })
}

/** The current context of a kubeconfig, acting as a test user by impersonation. Needs the right to impersonate. */
export function impersonating(path: string, user: UserName): string {
  const { cluster, login } = currentContext(path)
  const { username, groups, uid } = testUsers[user]
  return withOneContext(cluster, { ...login, as: username, 'as-groups': [...groups, 'system:authenticated'], 'as-uid': uid })
}

function withOneContext(cluster: Json, user: Json): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  })
}

/** Where and as whom the current context speaks. Knows certificates, tokens and impersonation; no login programs. */
export function credentialsOf(path: string): Credentials & { url: string } {
  const { cluster, login } = currentContext(path)
  if (login.exec || login['auth-provider']) throw new Error(`${path}: tests need a user with a certificate or a token, not a login program`)
  const text = (value: Json, name: string): string | undefined => {
    if (value[`${name}-data`]) return Buffer.from(value[`${name}-data`], 'base64').toString('utf8')
    return value[name] && readFileSync(value[name], 'utf8')
  }
  const impersonation: [string, string | string[]][] = [
    ['impersonate-user', login.as],
    ['impersonate-uid', login['as-uid']],
    ['impersonate-group', login['as-groups']],
  ]
  return {
    url: cluster.server,
    ca: text(cluster, 'certificate-authority'),
    cert: text(login, 'client-certificate'),
    key: text(login, 'client-key'),
    token: login.token ?? (login.tokenFile && readFileSync(login.tokenFile, 'utf8').trim()),
    headers: Object.fromEntries(impersonation.filter(([, value]) => value !== undefined)),
  }
}

/** Cluster and user of the current context; paths made absolute. */
function currentContext(path: string): { cluster: Json; login: Json } {
  const config = parse(readFileSync(path, 'utf8'))
  const named = (list: Json[] | undefined, name: string) => list?.find((entry) => entry.name === name)
  const context = named(config.contexts, config['current-context'])?.context
  const cluster = named(config.clusters, context?.cluster)?.cluster
  if (!cluster) throw new Error(`${path}: no current context with a cluster`)
  const login = named(config.users, context.user)?.user ?? {}
  return { cluster: absolute(cluster, path), login: absolute(login, path) }
}

const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile']

function absolute(entry: Json, path: string): Json {
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]) => [key, PATHS.includes(key) ? resolve(dirname(path), String(value)) : value]),
  )
}
