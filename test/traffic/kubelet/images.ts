import type { Json } from '../../cluster/apiClient.ts'

/** What is run for an image. */
export interface ImageProgram {
  /** The image up to its tag. */
  image: string
  /** Stands where an image has its entry point. */
  command: string[]
  env?: Record<string, string>
  /** The variable that the tag is put into. */
  tagAs?: string
}

export interface Launch {
  command: string[]
  env: Record<string, string>
}

/** How the container is started; undefined where nothing is known of its image, as for one that cannot be pulled. */
export function launchOf(container: Json, images: readonly ImageProgram[], variables: Record<string, string>): Launch | undefined {
  const [name, tag = 'latest'] = container.image.split(/:(?=[^/]*$)/)
  const program = images.find(({ image }) => image === name)
  if (!program) return undefined
  const env: Record<string, string> = { ...program.env, ...(program.tagAs ? { [program.tagAs]: tag } : {}), ...variables }
  const filled = (text: string) => text.replace(/\$\((\w+)\)/g, (whole, variable) => env[variable] ?? whole)
  const command = container.command ?? program.command
  return { command: [...command, ...(container.args ?? [])].map(filled), env }
}
