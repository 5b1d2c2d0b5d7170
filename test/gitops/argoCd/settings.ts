import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Json } from '../../cluster/apiClient.ts'

export const folder = new URL('../../../examples/argo-cd/', import.meta.url)

/** What the ready-made patch writes into argocd-cm: the very text that users apply. */
const data: Record<string, string> = parse(readFileSync(new URL('argocd-cm.yaml', folder), 'utf8')).data

export function healthScript(kind: string): string {
  const script = data[`resource.customizations.health.serin.dev_${kind}`]
  if (script === undefined) throw new Error(`no health of ${kind} in argocd-cm.yaml`)
  return script
}

const actions: Json = parse(data['resource.customizations.actions.serin.dev_Rollout'] ?? '')

export const discoveryScript: string = actions['discovery.lua']
export const actionScripts: Record<string, string> = Object.fromEntries(
  actions.definitions.map((definition: Json) => [definition.name, definition['action.lua']]),
)
