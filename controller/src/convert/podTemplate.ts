import { isObject } from '../traffic/patch.ts'

/**
 * Why the API server would refuse a pod template, with the place; undefined: as far as can be told without its schema, it would not. What is an
 * argument of an analysis (`{{args.x}}`) passes.
 */
export function podTemplateProblem(template: unknown): string | undefined {
  const spec = isObject(template) && isObject(template.spec) ? template.spec : {}
  if (!Array.isArray(spec.containers) || spec.containers.length === 0) return 'spec.containers are missing'
  if (Array.isArray(spec.ephemeralContainers) && spec.ephemeralContainers.length > 0)
    return 'spec.ephemeralContainers are for pods that run, not for templates'
  const seen = new Set<string>()
  for (const key of ['initContainers', 'containers'] as const)
    for (const [index, container] of listOf(spec[key]).entries()) {
      const problem = containerProblem(container, seen)
      if (problem !== undefined) return `spec.${key}[${index}]${problem}`
    }
  return undefined
}

function containerProblem(container: unknown, seen: Set<string>): string | undefined {
  if (!isObject(container) || typeof container.name !== 'string') return ' has no name'
  const { name, image, resources } = container
  if (!isFilledIn(name) && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
    return `.name is ${JSON.stringify(name)}: write at most 63 lower-case letters, digits and "-"`
  if (seen.has(name)) return `.name is ${JSON.stringify(name)}, as that of another container`
  seen.add(name)
  if (typeof image !== 'string' || image.trim() === '') return '.image is missing'
  const given = isObject(resources) ? resources : {}
  for (const kind of ['requests', 'limits'] as const)
    for (const [resource, amount] of Object.entries(isObject(given[kind]) ? given[kind] : {}))
      if (!isQuantity(amount)) return `.resources.${kind}.${resource} is ${JSON.stringify(amount)}, and no quantity like 100m or 64Mi`
  return undefined
}

function isQuantity(value: unknown): boolean {
  if (typeof value === 'number') return value >= 0
  return typeof value === 'string' && (isFilledIn(value) || /^\+?(\d+\.?\d*|\.\d+)(n|u|m|k|[KMGTPE]i|[MGTPE]|[eE][-+]?\d+)?$/.test(value))
}

function isFilledIn(text: string): boolean {
  return text.includes('{{')
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
