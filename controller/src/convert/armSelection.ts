/**
 * Queries of the peers name a version by its workload or Service: Flagger's `{{ target }}`, Kayenta's `${scope}`. With Serin both versions are of one
 * workload, so what named the version becomes `{{arm.pods}}` or `{{arm.service}}`.
 */

/** Stand in a query for the names of the workload and of its Service, until it is known what each place means. */
export const workloadMark = '\uE000'
export const serviceMark = '\uE001'

export interface Selection {
  readonly query: string
  /** Matchers that were rewritten: `destination_workload="…" became pod=~"{{arm.pods}}"`. */
  readonly rewritten: readonly string[]
  /** Whether the query measures one version, not both alike. */
  readonly selects: boolean
}

export interface Names {
  readonly workload: string
  readonly service: string
}

const matcher = /([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)/g
const marks = `[${workloadMark}${serviceMark}]`
/** Labels that say where requests go, not which pods count them. */
const ofService = /service|svc|host|ingress|route|upstream|cluster|backend|destination_(canonical|app)/i

/** The query for the new version. Undefined: it looks at the old version (a name that ends with -primary), which no query of Serin names by itself. */
export function selectCanary(query: string, language: 'promql' | 'other', names: Names): Selection | undefined {
  if (new RegExp(`${marks}-primary`).test(query)) return undefined
  const rewritten: string[] = []
  const selected =
    language === 'promql'
      ? query.replace(matcher, (whole: string, label: string, operator: string, text: string) => {
          const value = text.slice(1, -1)
          const positive = operator === '=' || operator === '=~'
          if (!positive || !value.startsWith(workloadMark) || value.startsWith(`${workloadMark}-canary`) || ofService.test(label))
            return whole
          const by = `${/pod/i.test(label) ? label : 'pod'}=~"{{arm.pods}}"`
          rewritten.push(`${label}${operator}${plain(text, names)} became ${by}`)
          return by
        })
      : query
  const written = plain(selected.replaceAll(new RegExp(`${marks}-canary`, 'g'), '{{arm.service}}'), names)
  return { query: written, rewritten: [...new Set(rewritten)], selects: /\{\{arm\./.test(written) }
}

/** The text with names where the marks are. */
export function plain(text: string, { workload, service }: Names): string {
  return text.replaceAll(workloadMark, () => workload).replaceAll(serviceMark, () => service)
}
