import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { connect } from 'node:net'
import type { Json } from '../../cluster/apiClient.ts'

export interface ProbeTarget {
  address: string
  /** Of the pod; named ports are looked up in them. */
  containers: Json[]
  /** The beginning of a command that runs in the pod. */
  enter: readonly string[]
}

/** Whether one try of the probe succeeds. Knows httpGet, tcpSocket and exec. */
export function probeOnce(probe: Json, { address, containers, enter }: ProbeTarget): Promise<boolean> {
  const timeout = (probe.timeoutSeconds ?? 1) * 1000
  if (probe.httpGet) return httpAnswers(address, portOf(probe.httpGet.port, containers), probe.httpGet.path ?? '/', timeout)
  if (probe.tcpSocket) return tcpAnswers(address, portOf(probe.tcpSocket.port, containers), timeout)
  if (probe.exec) return succeeds([...enter, ...probe.exec.command], timeout)
  throw new Error('a probe of this kind is not known here')
}

function portOf(port: string | number, containers: Json[]): number {
  const named = containers.flatMap(({ ports = [] }) => ports).find(({ name }: Json) => name === port)
  return named?.containerPort ?? Number(port)
}

function httpAnswers(host: string, port: number, path: string, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host, port, path, timeout, agent: false }, (response) => {
      response.resume()
      const status = response.statusCode ?? 0
      resolve(status >= 200 && status < 400)
    })
    request.on('timeout', () => request.destroy()).on('error', () => resolve(false))
  })
}

function tcpAnswers(host: string, port: number, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout })
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket
      .on('connect', () => done(true))
      .on('error', () => done(false))
      .on('timeout', () => done(false))
  })
}

/** Whether the command ends with 0 in time. */
export async function succeeds([program = '', ...args]: readonly string[], timeout: number): Promise<boolean> {
  const child = spawn(program, args, { stdio: 'ignore', timeout, killSignal: 'SIGKILL' })
  const [code] = await Promise.race([once(child, 'exit'), once(child, 'error').then(() => [1])])
  return code === 0
}
