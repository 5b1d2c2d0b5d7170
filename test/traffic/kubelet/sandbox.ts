import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { plugIn, takeAddress } from '../network.ts'
import type { Mount } from './volumes.ts'

/** The namespaces of one pod, held open by a process that sleeps. */
export interface Sandbox {
  /** The beginning of a command that runs in it. */
  enter: string[]
  end(): void
}

/** A network namespace with its own address on the bridge, and a mount namespace with the volumes. */
export async function openSandbox(n: number, mounts: readonly Mount[]): Promise<Sandbox> {
  const script = ['set -e', 'read -r go', takeAddress(n), ...mounts.map(mountCommand), 'echo up', 'exec sleep infinity'].join('\n')
  const command = ['--net', '--mount', '--propagation', 'private', 'sh', '-c', script]
  const holder = spawn('unshare', command, { stdio: ['pipe', 'pipe', 'pipe'] })
  let complaint = ''
  holder.stderr.setEncoding('utf8').on('data', (text) => {
    complaint += text
  })
  holder.stdin.on('error', () => {})
  const ended = once(holder, 'exit')
  const end = () => holder.kill('SIGKILL')
  const { pid } = holder
  if (pid === undefined) throw new Error('unshare did not start')
  try {
    // Before it has left the network of this process, the link would be made here.
    while (network(pid) === network('self')) await sleep(2)
    await plugIn(n, pid)
    holder.stdin.write('go\n')
    const up = await Promise.race([once(holder.stdout, 'data'), ended.then(() => undefined)])
    if (!up) throw new Error(complaint.trim() || 'the sandbox ended')
  } catch (error) {
    end()
    throw error
  }
  return { enter: ['nsenter', '--target', String(pid), '--net', '--mount', '--'], end }
}

function network(pid: number | 'self'): string {
  return readlinkSync(`/proc/${pid}/ns/net`)
}

/**
 * Files are shared with the machine, only what is mounted on them is the pod's own. Below /run (and /var/run, which is
 * the same) mount points are made; elsewhere they must exist.
 */
function mountCommand({ from, to }: Mount): string {
  const target = quoted(to)
  const made = /^(\/var)?\/run\//.test(to)
    ? `if [ -d ${quoted(from)} ]; then mkdir -p ${target}; else mkdir -p "$(dirname ${target})"; touch ${target}; fi\n`
    : ''
  return `${made}mount --bind ${quoted(from)} ${target}`
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
