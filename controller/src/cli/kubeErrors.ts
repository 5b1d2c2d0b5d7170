import { KubeError } from '../kube/errors.ts'
import type { Cluster } from './cluster.ts'
import { CliError, exit } from './exit.ts'

/** The cluster does not know our kinds. */
export function notServed(server: string): CliError {
  return new CliError(`the cluster at ${server} does not serve rollouts.serin.dev: Serin is not installed there`, [
    'Install the Helm chart of Serin, or choose another cluster with --context.',
  ])
}

/** Says a failure of the API server or of the way to it in a sentence, with what to do. Undefined: it is neither, that is, a bug. */
export function explainFailure(error: unknown, cluster: Pick<Cluster, 'server'>): CliError | undefined {
  if (error instanceof CliError) return error
  if (!(error instanceof Error)) return undefined
  if (error instanceof KubeError && error.status !== 0) return explainStatus(error.status, error.message, cluster.server)
  const code = codeOf(error)
  if (code !== undefined) return explainNetwork(code, error, cluster.server)
  return error instanceof KubeError ? new CliError(`no answer from the API server ${cluster.server}: ${error.message}`, [reach]) : undefined
}

/** Whether trying again may help: the way to the server failed, or it was too busy. */
export function isPassing(error: unknown): boolean {
  return error instanceof KubeError && error.transient
}

const refusedVerb = /needs the verb (\S+) on (\S+)/
const forbidden = /User "([^"]*)" cannot (\S+) resource "([^"]*)" in API group "([^"]*)"(?: in the namespace "([^"]*)")?/

function explainStatus(status: number, message: string, server: string): CliError {
  if (status === 401)
    return new CliError(`the API server ${server} does not accept your credentials (401)`, [
      'Sign in again (a token may have run out), or choose another user with --context or --kubeconfig.',
    ])
  if (status === 403 || refusedVerb.test(message)) return explainForbidden(message, server)
  if (status === 404) return notServed(server)
  if (status === 429) return new CliError(`the API server ${server} is too busy (429): ${message}`, ['Try again in a moment.'])
  if (status >= 500)
    return new CliError(`the API server ${server} failed (${status}): ${message}`, ['Try again; if it stays so, look at the API server.'])
  return new CliError(`the API server refused: ${message}`, [], exit.failed)
}

function explainForbidden(message: string, server: string): CliError {
  const verb = refusedVerb.exec(message)
  if (verb) {
    const [, missing = '', resource = ''] = verb
    const sentence = /denied request: (.*)$/s.exec(message)?.[1] ?? message
    return new CliError(`${sentence} (${server})`, [ask(missing, resource, undefined)], exit.failed)
  }
  const rbac = forbidden.exec(message)
  if (!rbac) return new CliError(`the API server ${server} does not allow it (403): ${message}`, [], exit.usage)
  const [, user = '', missing = '', plural = '', group = '', namespace] = rbac
  const resource = group === '' ? plural : `${plural}.${group}`
  const where = namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`
  return new CliError(`${user} may not ${missing} ${resource} ${where} (${server})`, [ask(missing, resource, namespace)])
}

function ask(verb: string, resource: string, namespace: string | undefined): string {
  const kind = namespace === undefined && resource !== 'rollouts.serin.dev' ? 'clusterrole' : 'role'
  return `Ask an administrator for the verb ${verb} on ${resource}, e.g.: kubectl create ${kind} serin-${verb} --verb=${verb} --resource=${resource}${namespace ? ` -n ${namespace}` : ''}, and a binding of it to you.`
}

const reach = 'Check the address in the kubeconfig (--kubeconfig, --context), the VPN and the proxy, and that the cluster is up.'

function explainNetwork(code: string, error: Error, server: string): CliError {
  if (code === 'ECONNREFUSED') return new CliError(`nothing listens at ${server} (connection refused)`, [reach])
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new CliError(`the name of the API server ${server} cannot be found`, [reach])
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|SSL|TLS/.test(code))
    return new CliError(`the certificate of ${server} is not trusted (${code})`, ['Check certificate-authority in the kubeconfig.'])
  return new CliError(`no way to the API server ${server} (${code}): ${error.message}`, [reach])
}

/** The system's code of a network failure, wherever in the chain of causes it stands. */
function codeOf(error: Error): string | undefined {
  if (
    'code' in error &&
    typeof error.code === 'string' &&
    /^(E[A-Z]|UND_ERR|CERT|SELF_SIGNED|DEPTH_|UNABLE_|HOSTNAME_|ERR_TLS|ERR_SSL)/.test(error.code)
  )
    return error.code
  if (error instanceof AggregateError) {
    for (const inner of error.errors) {
      const code = inner instanceof Error ? codeOf(inner) : undefined
      if (code !== undefined) return code
    }
  }
  return error.cause instanceof Error ? codeOf(error.cause) : undefined
}
