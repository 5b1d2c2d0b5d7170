import type { TemplateView, TryRequest } from '../../../../controller/src/server/dto/measuring.ts'
import { strings } from '../../strings.ts'

const words = strings.templates

/** What is filled in to try a template. */
export interface TryForm {
  /** namespace/name. */
  release: string
  since: string
  /** Of arguments that the stored template names. */
  args: Readonly<Record<string, string>>
  /** Of others. */
  more: readonly { name: string; value: string }[]
}

export const emptyForm: TryForm = { release: '', since: '1h', args: {}, more: [] }

/** Namespace and name of a release as it is written; undefined where it is neither. */
export function releaseOf(text: string): { namespace: string; name: string } | undefined {
  const [namespace = '', name = '', ...rest] = text.trim().split('/')
  const label = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/
  return rest.length === 0 && label.test(namespace) && label.test(name) ? { namespace, name } : undefined
}

/** What is asked of the server, or why it cannot be asked. The text travels unless the stored template is meant and can be named from the release's namespace. */
export function requestOf(form: TryForm, text: string, stored: TemplateView | undefined): TryRequest | { problem: string } {
  const release = releaseOf(form.release)
  if (!release) return { problem: words.releaseWrong }
  const missing = stored?.args.find(({ name, required }) => required && (form.args[name] ?? '') === '')
  if (missing) return { problem: words.argMissing(missing.name) }
  const given = [...Object.entries(form.args), ...form.more.map(({ name, value }): [string, string] => [name.trim(), value])]
  const args = Object.fromEntries(given.filter(([name, value]) => name !== '' && value !== ''))
  const named = stored !== undefined && text === stored.yaml && (stored.scope === 'Cluster' || stored.namespace === release.namespace)
  return {
    namespace: release.namespace,
    rollout: release.name,
    since: form.since,
    ...(named ? { template: { scope: stored.scope, name: stored.name } } : { yaml: text }),
    ...(Object.keys(args).length > 0 ? { args } : {}),
  }
}
