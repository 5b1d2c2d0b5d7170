// What a schema does to an object, in the order in which a server does it.
export type { Cause } from './causes.ts'
export { crdProblems } from './crd.ts'
export { defaulted } from './defaults.ts'
export { pruned } from './prune.ts'
export { validate } from './validate.ts'
