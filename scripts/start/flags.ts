import { parseArgs } from 'node:util'
import { closest } from '../../controller/src/api/suggest.ts'

const scenarios = ['tour'] as const
type Scenario = (typeof scenarios)[number]

export interface Flags {
  /** Where the API is served, on loopback; 0: any free port. */
  port: number
  /** Where the dashboard is, on loopback; 0: any free port. */
  dashboardPort: number
  scenario?: Scenario
  /** End when the scenario is over. */
  exit: boolean
  seed: number
}

export type Parsed = { do: 'start'; flags: Flags } | { do: 'help' } | { do: 'refuse'; because: string }

/** As `kubectl proxy` has it: an API without login, on loopback. */
const defaultPort = 8001
const defaultDashboardPort = 8080

export const help = `npm start: Serin in an embedded cluster, with three services under traffic. Nothing outside this process is touched.

  npm start                                 a cluster in real time, for the dashboard, kubectl and serin; a live view; Ctrl-C ends it
  npm start -- --scenario tour              plays a scripted tour fast, then goes on as above
  npm start -- --scenario tour --exit       plays the tour and ends with one line of JSON

  --port <n>            where the Kubernetes API is served on 127.0.0.1 (default ${defaultPort}; when taken: any free one)
  --dashboard-port <n>  where the dashboard is, on 127.0.0.1 (default ${defaultDashboardPort}; when taken: any free one)
  --scenario <name>     one of: ${scenarios.join(', ')}
  --exit                end when the scenario is over
  --seed <n>            everything random follows from it (default 1)
  --help                this text
`

const options = {
  port: { type: 'string' },
  'dashboard-port': { type: 'string' },
  scenario: { type: 'string' },
  exit: { type: 'boolean' },
  seed: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Reads a command line, without the program's name. Whatever is wrong with it is one sentence. */
export function parseFlags(args: readonly string[]): Parsed {
  const refuse = (because: string): Parsed => ({ do: 'refuse', because })
  const { values, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true })
  for (const token of tokens) {
    if (token.kind === 'positional') return refuse(`${token.value} is not a flag`)
    if (token.kind !== 'option') continue
    const known = Object.entries(options).find(([name]) => name === token.name)?.[1]
    if (!known) {
      const meant = closest(token.name, Object.keys(options))
      return refuse(`there is no flag ${token.rawName}${meant === undefined ? '' : `; did you mean --${meant}?`}`)
    }
    if (known.type === 'string' && token.value === undefined) return refuse(`${token.rawName} needs a value`)
    if (known.type === 'boolean' && token.value !== undefined) return refuse(`${token.rawName} takes no value`)
  }
  if (values.help) return { do: 'help' }
  const port = portIn(values.port, defaultPort)
  if (port === undefined) return refuse(`--port ${values.port}: a port is a number from 0 to 65535`)
  const dashboardPort = portIn(values['dashboard-port'], defaultDashboardPort)
  if (dashboardPort === undefined) return refuse(`--dashboard-port ${values['dashboard-port']}: a port is a number from 0 to 65535`)
  const seed = whole(values.seed, 1)
  if (seed === undefined || seed > 2 ** 32 - 1) return refuse(`--seed ${values.seed}: a seed is a whole number from 0 to 4294967295`)
  const scenario = scenarios.find((name) => name === values.scenario)
  if (values.scenario !== undefined && scenario === undefined)
    return refuse(`there is no scenario ${values.scenario}; there is: ${scenarios.join(', ')}`)
  if (values.exit && scenario === undefined) return refuse(`--exit needs a scenario to end with: --scenario ${scenarios[0]} --exit`)
  return { do: 'start', flags: { port, dashboardPort, seed, exit: values.exit === true, ...(scenario ? { scenario } : {}) } }
}

function whole(text: string | boolean | undefined, otherwise: number): number | undefined {
  if (text === undefined) return otherwise
  return typeof text === 'string' && /^\d{1,10}$/.test(text) ? Number(text) : undefined
}

function portIn(text: string | boolean | undefined, otherwise: number): number | undefined {
  const port = whole(text, otherwise)
  return port === undefined || port > 65_535 ? undefined : port
}
