import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Result, runToEnd } from '../../sandbox/src/apiserver/testing/runToEnd.ts'
import { type HelmVersion, helm } from '../chart/helm.ts'
import { type ApiClient, type Json, succeed } from './apiClient.ts'
import { type Child, startChild } from './childProcess.ts'
import type { ControlPlane } from './controlPlane.ts'
import { freePorts } from './freePorts.ts'
import { kubeconfig } from './kubeconfig.ts'
import type { PretendedPods } from './pretendedPods.ts'

/** Where the programs of the image are, and where files of a test may be written. */
export interface Programs {
  /** Has controller.mjs, serin.mjs, dashboard.mjs and its page. */
  image: string
  dir: string
  controlPlane: ControlPlane
}

/** helm as the administrator of the cluster. */
export function helmOn({ controlPlane }: Programs, args: readonly string[], version?: HelmVersion): Promise<Result> {
  return helm(args, { ...(version ? { version } : {}), env: { KUBECONFIG: controlPlane.kubeconfigPath } })
}

/** A kubeconfig with a token that the API server issues for a ServiceAccount, as a pod of it would have. */
export async function accountKubeconfig({ controlPlane, dir }: Programs, namespace: string, account: string): Promise<string> {
  const { status } = await succeed(controlPlane.client(), {
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
  })
  const path = join(dir, `${namespace}-${account}.kubeconfig`)
  writeFileSync(path, kubeconfig({ url: controlPlane.url, ca: controlPlane.ca, token: status.token }))
  return path
}

/** Runs a program of the image to its end. `args` are those of a container: the program's path comes first. */
export function runProgram({ image, dir }: Programs, args: readonly string[], config: string): Promise<Result> {
  const [program = '', ...rest] = args
  const env = { PATH: process.env.PATH, HOME: dir, KUBECONFIG: config }
  return runToEnd(process.execPath, [program.replace('/serin/', `${image}/`), ...rest], env)
}

/** `helm uninstall`, with its guard's pod ending as the program in it ends. `release`: its name and namespace, as helm takes them. */
export async function uninstallRelease(
  programs: Programs,
  pods: PretendedPods,
  release: readonly string[],
  version?: HelmVersion,
): Promise<{ code: number; guard: string; stderr: string }> {
  const namespace = release.at(-1) ?? ''
  const ending = helmOn(programs, ['uninstall', ...release, '--timeout', '60s'], version)
  const pod = await eventually("the guard's pod runs", async () => {
    const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=app.kubernetes.io/component%3Duninstall`
    const { items } = await succeed(programs.controlPlane.client(), { method: 'GET', path })
    return items.find(({ metadata, status }: Json) => status.phase === 'Running' && !metadata.deletionTimestamp)
  })
  const config = await accountKubeconfig(programs, namespace, pod.spec.serviceAccountName)
  const said = await runProgram(programs, pod.spec.containers[0].args, config)
  await pods.set(namespace, pod.metadata.name, said.code === 0 ? 'succeeded' : 'failed')
  const { code, stderr } = await ending
  return { code, stderr, guard: said.stdout + said.stderr }
}

export interface RunningController {
  /** The text of /metrics. */
  metrics(): Promise<string>
  tail(lines?: number): string
  stop(): Promise<void>
}

/** What the pod of a Deployment of the chart would run, with its arguments, environment and account. Resolves when it is ready. */
export async function startInstalled(programs: Programs, deployment: Json): Promise<RunningController> {
  const [port] = await freePorts(1)
  const { child, ask } = await startPod(programs, deployment, { listen: ['--listen', `127.0.0.1:${port}`], port: port ?? 0 })
  return {
    metrics: async () => (await ask('/metrics')).text(),
    tail: (lines) => child.tail(lines),
    stop: () => child.kill(),
  }
}

export interface RunningDashboard extends RunningController {
  url: string
}

/** The same of the dashboard's Deployment, with the session keys that the chart made for it. */
export async function startDashboard(programs: Programs, deployment: Json): Promise<RunningDashboard> {
  const { namespace, name } = deployment.metadata
  const { data } = await succeed(programs.controlPlane.client(), {
    method: 'GET',
    path: `/api/v1/namespaces/${namespace}/secrets/${name}-session`,
  })
  writeFileSync(join(programs.dir, 'keys'), Buffer.from(data.keys, 'base64'))
  const [page = 0, port = 0] = await freePorts(2)
  const listen = ['--listen', `127.0.0.1:${page}`, '--metrics-listen', `127.0.0.1:${port}`]
  const { child, ask } = await startPod(programs, deployment, { listen, port })
  return {
    url: `http://127.0.0.1:${page}`,
    metrics: async () => (await ask('/metrics')).text(),
    tail: (lines) => child.tail(lines),
    stop: () => child.kill(),
  }
}

/** Runs what the container of a Deployment's pods would, and waits until it is ready. */
async function startPod(
  programs: Programs,
  { metadata: { namespace, name }, spec }: Json,
  { listen, port }: { listen: readonly string[]; port: number },
): Promise<{ child: Child; ask(path: string): Promise<Response> }> {
  const { serviceAccountName, containers } = spec.template.spec
  const config = await accountKubeconfig(programs, namespace, serviceAccountName)
  const [program, ...args] = containers[0].args.map((arg: string) => arg.replace('/etc/serin/session', programs.dir))
  const command = [process.execPath, program.replace('/serin/', `${programs.image}/`), ...args, ...listen]
  const env = { PATH: process.env.PATH, HOME: programs.dir, KUBECONFIG: config, POD_NAME: `${name}-pod`, POD_NAMESPACE: namespace }
  const child: Child = startChild(command, { logFile: join(programs.dir, `${namespace}-${name}.log`), env })
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`)
  for (let attempt = 1; ; attempt++) {
    const answer = await ask('/readyz').catch(() => undefined)
    if (answer?.ok) return { child, ask }
    if (!child.running || attempt === 300) throw new Error(`${name} does not get ready: ${await answer?.text()}\n${child.tail(10)}`)
    await sleep(100)
  }
}

/** Resolves with the first answer that is not undefined or false; throws what was awaited after a while. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined | false>, withinMs = 60_000): Promise<T> {
  const end = Date.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > end) throw new Error(`not within ${withinMs / 1000} s: ${what}`)
    await sleep(100)
  }
}

/** An object, or undefined when there is none. */
export async function find(client: ApiClient, path: string): Promise<Json | undefined> {
  const answer = await client.send({ method: 'GET', path })
  return answer.status === 404 ? undefined : answer.json
}
