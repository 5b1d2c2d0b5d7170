/** Something that is fetched apart. Old data stays while new is on its way, and when that fails. */
export interface Loaded<T> {
  value?: T
  error?: unknown
  retry?(): void
}
