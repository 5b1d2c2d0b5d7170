import type { RunRecord } from '../../evidence/record.ts'
import { coursesOf, type PartCourse } from './course.ts'
import { inTurns } from './inTurns.ts'
import type { AnalysisSeen } from './seen.ts'

/** Of so many analyses the courses are kept: those that people look at. */
const mostKept = 20

interface Entry {
  version: string | undefined
  courses: Promise<PartCourse[]>
}

/**
 * The looks of an analysis, made once a state of it and shared; of one that goes on only what is new is judged. A long record is judged in slices, so
 * that other requests are answered meanwhile.
 */
export function keptCourses(): (seen: AnalysisSeen, record: RunRecord) => Promise<PartCourse[]> {
  const known = new Map<string, Entry>()
  return ({ metadata: { uid, resourceVersion } }, record) => {
    const before = known.get(uid)
    if (before && before.version === resourceVersion) return before.courses
    const entry: Entry = {
      version: resourceVersion,
      courses: before ? before.courses.catch(() => []).then((courses) => inTurns(coursesOf(record, courses))) : inTurns(coursesOf(record)),
    }
    known.delete(uid)
    known.set(uid, entry)
    const oldest = known.keys().next().value
    if (known.size > mostKept && oldest !== undefined) known.delete(oldest)
    entry.courses.catch(() => known.get(uid) === entry && known.delete(uid))
    return entry.courses
  }
}
